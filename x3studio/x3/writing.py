"""The frame that every dialect's create shares: check first, record always, doubt unless proven otherwise."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from x3studio.domain.documents import Document, DocumentKind, Found, Rejected, Verdict
from x3studio.domain.errors import ConnectionFault, Refused, StudioError
from x3studio.domain.monitor import Direction
from x3studio.x3 import faults
from x3studio.x3.descriptions import Descriptions, check, refusal
from x3studio.x3.dialect import ObjectDescription
from x3studio.x3.line import Call, Line, word_of
from x3studio.x3.redaction import personal_values

Act = Callable[[Call, ObjectDescription], Awaitable[Verdict]]
LookUp = Callable[[DocumentKind, Sequence[str]], Awaitable[Mapping[str, Sequence[Found]]]]

_CODE = re.compile(r"[^\W_][\w./~-]*\d[\w./~-]*")


async def create(
    document: Document, *, line: Line, descriptions: Descriptions, act: Act, look_up: LookUp
) -> Verdict:
    """Runs `act`, which sends the document, and turns whatever happens into a verdict.

    A document that the description forbids is Rejected without being sent; a description that could not be
    fetched makes it Unsent. Raises CredentialFault and SettingFault, both proof that X3 did not act.
    """
    try:
        description = await descriptions.get(document.kind)
        check(document, description)
    except Refused as fault:
        return refusal(fault)
    except ConnectionFault as fault:
        return faults.unsent(fault)
    verdict = await _recorded(document, description, line=line, act=act)
    if isinstance(verdict, Rejected):
        return await _with_existing(verdict, document, look_up=look_up)
    return verdict


async def _recorded(document: Document, description: ObjectDescription, *, line: Line, act: Act) -> Verdict:
    struck = personal_values(document)
    with line.call("create", record=document.reference, direction=Direction.OUT, values=struck) as call:
        # A create that is cancelled half-way leaves this word in the journal.
        call.outcome = "unknown"
        try:
            verdict = await act(call, description)
        except ConnectionFault as fault:
            verdict = faults.verdict_of(fault)
            call.note = fault.title
        except StudioError:
            call.outcome = "unsent"
            raise
        call.outcome = word_of(verdict)
        return verdict


async def _with_existing(verdict: Rejected, document: Document, *, look_up: LookUp) -> Rejected:
    """Names the document that already carries the reference, where the refusal does.

    Messages come in the user's language: what counts is that X3 holds one document with this reference and
    that its number stands in the message.
    """
    text = " ".join(verdict.messages)
    own = {value for row in (document.header, *document.lines) for value in row.values()}
    if not document.reference or not set(_CODE.findall(text)) - own - {document.reference}:
        return verdict
    try:
        held = (await look_up(document.kind, [document.reference]))[document.reference]
    except StudioError:
        return verdict
    if len(held) == 1 and held[0].number in text:
        return replace(verdict, existing=held[0].number)
    return verdict
