"""Serving the demo X3 and the demo Amazon for whoever asks."""

from pathlib import Path

from x3studio.domain.errors import SettingFault


def serve_sandbox(
    *,
    port: int,
    seed: int,
    orders: int,
    items: int,
    faults: Path | None,
    ledger: Path | None,
    mappings: Path | None,
    leash: bool = False,
) -> None:
    """Serves until the process is told to end; its first line on standard output says where.

    Raises SettingFault for a taken port, and for faults that cannot be read or are unknown.
    """
    # Imported now: a run that writes to a real X3 must not carry the demo systems' servers in its memory.
    from x3studio.sandbox.serve import serve

    if faults is not None and not faults.is_file():
        raise SettingFault(f"There is no file {faults}.", field="faults", advice="Check the name.")
    serve(
        port=port,
        seed=seed,
        orders=orders,
        items=items,
        faults=faults,
        ledger=ledger,
        mappings=mappings,
        leash=leash,
        out=lambda line: print(line, flush=True),
    )
