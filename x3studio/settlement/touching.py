"""Repaired lines in the place of damaged ones while a file is read; the file itself is never changed."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from x3studio.domain.repairs import Touch
from x3studio.settlement.decoding import in_its_encoding
from x3studio.settlement.faults import Unreadable
from x3studio.settlement.source import Source


def touched(whole_lines: Iterable[bytes], touches: Sequence[Touch]) -> Iterator[bytes]:
    """Blocks of lines, those that were repaired as they should read; each keeps its number.

    Error: Unreadable where the file holds another line than the one that was repaired.
    """
    due = {touch.line: touch for touch in touches}
    first = 1
    for block in whole_lines:
        if not due:
            yield block
            continue
        count = block.count(b"\n") + (not block.endswith(b"\n"))
        mine = [due.pop(line) for line in sorted(due) if line < first + count]
        yield _replaced(block, mine, first) if mine else block
        first += count
    if due:
        raise _another_file(min(due))


def _replaced(block: bytes, touches: Sequence[Touch], first: int) -> bytes:
    rows = block.split(b"\n")
    for touch in touches:
        place = touch.line - first
        if rows[place] != touch.old.encode():
            raise _another_file(touch.line)
        rows[place] = touch.new.encode()
        if touch.new and place + 1 == len(rows):
            rows.append(b"")  # a repaired line has its line end
    return b"\n".join(rows)


def _another_file(line: int) -> Unreadable:
    return Unreadable(
        f"Line {line} of the file is not the line that was repaired.",
        advice="Take the repair back and look at the file anew.",
        line=line,
    )


def texts_of(source: Source, wanted: Collection[int]) -> dict[int, str]:
    """Lines of a file by their number, without line ends; what it does not hold is left out."""
    return in_its_encoding(source, lambda decoded, _: _picked(decoded, wanted))


def _picked(whole_lines: Iterable[bytes], wanted: Collection[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    first, last = 1, max(wanted, default=0)
    for block in whole_lines:
        rows = block.removesuffix(b"\n").split(b"\n")
        found |= {
            line: rows[line - first].decode("utf-8", "replace")
            for line in wanted
            if first <= line < first + len(rows)
        }
        first += len(rows)
        if first > last:
            break
    return found
