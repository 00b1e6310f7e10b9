"""What a request to the demo's gateway asks for: folder, values, page and change date."""

from datetime import datetime

from starlette.requests import Request

from x3studio.sandbox.x3_wire import BadRequest

_MOST_REFERENCES = 100


def folder_of(request: Request) -> str:
    """The folder in either of its headers, "" where there is none."""
    return request.headers.get("x-sage-folder") or request.headers.get("sage-folder", "")


def values_of(request: Request, field: str) -> list[str] | None:
    """The comma-separated values asked for, or None where the parameter is absent."""
    wanted = request.query_params.get(field)
    if wanted is None:
        return None
    values = [value for value in wanted.split(",") if value]
    if len(values) > _MOST_REFERENCES:
        raise BadRequest(f"More than {_MOST_REFERENCES} values in {field}.")
    return values


def count_of(request: Request) -> int:
    """How many rows; 20 where nothing is said."""
    wanted = request.query_params.get("count", "20")
    if not wanted.isdigit() or int(wanted) < 1:
        raise BadRequest("count is not a positive number.")
    return int(wanted)


def since_of(request: Request) -> datetime | None:
    """From which change on, None for everything."""
    wanted = request.query_params.get("modifiedSince", "").replace(" ", "+")  # a + that nobody escaped
    if not wanted:
        return None
    try:
        moment = datetime.fromisoformat(wanted)
    except ValueError as fault:
        raise BadRequest("modifiedSince is no ISO time.") from fault
    if moment.tzinfo is None:
        raise BadRequest("modifiedSince names no time zone.")
    return moment
