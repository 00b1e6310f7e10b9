"""Secrets and buyers' data used in a whole story are found nowhere afterwards: raw, base64 or URL-encoded."""

import base64
import signal
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.stage import Stage, greeting_of
from tests.cli.story import KEY, Program, Said, prepared

BUYER = {"buyerName": "Kanarius Zwitschermann", "buyerEmail": "kanarius@zwitscher.example"}
ADDRESS = {
    "name": "Kanarius Zwitschermann",
    "addressLine1": "Vogelbauerstraße 4711",
    "addressLine2": "Hinterhof Käfig 12",
    "city": "Zwitscherhausen",
    "postalCode": "98765",
    "phone": "+49 170 55599887",
}
SECRETS = {
    "client_id": "canary-client-id-1a2b3c",
    "client_secret": "canary+client/secret=ü-4d5e6f",
    "user": "CANARYUSER",
    "password": "canary & password/7g8h9i",
}


def _forms(word: str) -> Iterator[bytes]:
    """A word as it might stand in a file: as it is, quoted, in JSON, and base64 at each of three offsets."""
    plain = word.encode()
    yield plain
    yield urllib.parse.quote(word, safe="").encode()
    yield urllib.parse.quote_plus(word).encode()
    yield word.encode("unicode_escape")
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + plain)
        inner = encoded[4 if shift else 0 : len(encoded) - 4]
        if len(inner) >= 8:
            yield inner


def _found(words: list[str], haystacks: dict[str, bytes]) -> list[tuple[str, str]]:
    return [
        (word, where)
        for word in words
        for where, content in haystacks.items()
        if any(form in content for form in _forms(word))
    ]


def _carry(order: dict[str, Any]) -> None:
    order["buyer"] = {**order.get("buyer", {}), **BUYER}
    recipient = order.setdefault("recipient", {}).setdefault("deliveryAddress", {})
    recipient.update(ADDRESS)
    recipient.setdefault("countryCode", "DE")


@pytest.mark.parametrize(
    "sign_in", [("--dialect", "gateway"), ("--dialect", "soap", "--auth", "basic")], ids=["oauth", "basic"]
)
def test_nothing_of_secrets_and_buyers_is_left_anywhere(
    stage: Stage, tmp_path: Path, sign_in: tuple[str, ...]
) -> None:
    for name, secret in SECRETS.items():
        setattr(stage.sandbox.x3_credentials, name, secret)
    stage.bend_orders(_carry)
    home = tmp_path / "home"
    home.mkdir()
    greeting = greeting_of(stage)
    program = Program(home).with_secrets(greeting, x3="x3", amazon="amazon")
    said = list(_story(program, greeting, stage, sign_in))
    assert sum(each.code in (0, 3) for each in said) >= 10
    amazon = greeting["amazon"]
    words = [*SECRETS.values(), amazon["client_secret"], amazon["refresh_token"], KEY]
    personal = [*BUYER.values(), *ADDRESS.values()]
    places = {
        **{str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()},
        **{f"out {number}": each.out.encode() for number, each in enumerate(said)},
        **{f"err {number}": each.err.encode() for number, each in enumerate(said)},
    }
    assert len(places) > 2 * len(said)
    assert _found([*words, *personal], places) == []


def _story(program: Program, greeting: Any, stage: Stage, sign_in: tuple[str, ...]) -> Iterator[Said]:
    yield program("init")
    yield program.connect_x3(greeting["x3"], *sign_in)
    yield program.connect_amazon(greeting["amazon"], "--json")
    yield program.connect_x3(greeting["x3"], *sign_in, name="wrong", folder="NOPE")
    yield program("map", "import", stage.served.mappings)
    yield program("run", "orders", "--dry-run")
    with program.started("run", "orders", "--json") as run:
        run.send_signal(signal.SIGKILL)
        out, err = run.communicate()
        yield Said(run.returncode, out, err)
    yield program("run", "orders", "--json")
    yield program("exchanges", "--json", "--limit", "2000")
    yield program("exchanges", "--search", "Zwitschermann")
    yield program("exceptions", "--json")
    yield program("reconcile", "orders")
    yield program("doctor", "--bundle", program.home / "bundle.txt")
    stage.sandbox.x3_credentials.client_secret = "rotated"
    stage.sandbox.x3_credentials.password = "rotated"
    yield program("run", "orders", "--since", "2020-01-01")
    yield program("check", "--json")


def test_the_journal_itself_holds_no_canary(stage: Stage, tmp_path: Path) -> None:
    """The file is encrypted, so its plain text is asked for: payload by payload."""
    import asyncio

    from x3studio.domain.monitor import Exchange
    from x3studio.store import Store, Tables

    stage.bend_orders(_carry)
    program = prepared(tmp_path, stage.served)
    program("run", "orders").happened()
    greeting = greeting_of(stage)

    def payloads(tables: Tables) -> list[Exchange]:
        rows = tables.journal.page(limit=5000).rows
        return [tables.journal.payload(row.id) for row in rows]

    async def read() -> list[Exchange]:
        async with Store.open(program.workspace, key=bytes.fromhex(KEY)) as store:
            return await store.read(payloads)

    exchanges = asyncio.run(read())
    assert len(exchanges) > 50
    words = [greeting["x3"][name] for name in ("client_secret", "password")]
    words += [greeting["amazon"][name] for name in ("client_secret", "refresh_token")]
    places = {
        f"{each.id} {each.operation}": "\n".join((each.sent, each.answer, each.note)).encode()
        for each in exchanges
    }
    assert _found([*words, *BUYER.values(), *ADDRESS.values()], places) == []


def test_the_search_finds_what_is_there() -> None:
    """The rig can fail: a canary in any form is seen."""
    word = SECRETS["password"]
    for content in (
        f"x {word} y".encode(),
        urllib.parse.urlencode({"p": word}).encode(),
        base64.b64encode(f"user:{word}".encode()),
        base64.b64encode(f"us:{word} and more".encode()),
        base64.b64encode(f"u:{word}!".encode()),
    ):
        assert _found([word], {"there": content})
