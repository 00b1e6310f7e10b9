"""Connecting by command: in every tongue and with every sign-in, and the words for what does not work."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.stage import Stage, staged
from tests.cli.story import Program, Said
from tests.crash.served import Served

STEP = {"key", "title", "verdict", "found", "said", "advice", "field", "offers", "ms"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("connect"))
    program("init").happened()
    yield program


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Systems of which X3 also stands behind TLS."""
    with staged(tmp_path_factory.mktemp("secure"), orders=0, secure=True) as stage:
        yield stage


@pytest.mark.parametrize(
    ("dialect", "auth", "spoken"),
    [
        ("gateway", "oauth", "gateway"),
        ("syracuse", "basic", "syracuse"),
        ("soap", "basic", "soap"),
        ("graphql", "jwt", "graphql"),
        ("auto", "jwt", "gateway"),
    ],
)
def test_each_tongue_and_each_sign_in(
    made: Program, systems: Served, dialect: str, auth: str, spoken: str
) -> None:
    x3 = systems.x3
    jwt = ("--subject", x3["user"], "--audience", x3["base_url"]) if auth == "jwt" else ()
    said = made.connect_x3(x3, "--dialect", dialect, "--auth", auth, *jwt, "--json", name=f"{dialect}-{auth}")
    report = said.happened().document
    assert (report["saved"], report["dialect"], said.err) == (True, spoken, "")
    assert all(set(step) == STEP for step in report["steps"])
    abilities = {ability["key"]: ability["usable"] for ability in report["abilities"]}
    assert abilities["read_customers"] is True
    assert abilities["create_orders"] is (dialect != "graphql")


def test_amazon_is_connected_and_both_are_checked(tmp_path: Path, systems: Served) -> None:
    program = Program(tmp_path).with_secrets(systems.greeting, x3="x3", amazon="amazon")
    program("init").happened()
    program.connect_amazon(systems.amazon).happened()
    said = program("check", "--json").happened()
    (report,) = said.document
    assert (report["name"], report["ok"], said.err) == ("amazon", True, "")
    assert "can: Read orders" in program("check", "amazon").happened().out
    assert "No connection is called nobody" in program("check", "nobody").err
    clash = program.connect_x3(systems.x3, name="amazon")
    assert clash.code == 1
    assert "is the name of another connection" in clash.err
    assert program("check", "amazon", "--json").document[0]["dialect"] == "selling partner api"


def _refused(said: Said, *, code: int, step: str, field: str, words: str) -> None:
    """One step failed, in words, with the setting to correct; nothing was saved."""
    assert said.code == code, said
    report = said.document
    assert report["saved"] is False
    (failed,) = (each for each in report["steps"] if each["verdict"] == "fail")
    assert (failed["key"], failed["field"]) == (step, field)
    assert words in failed["found"]
    assert failed["advice"]


X3_WRONG: list[tuple[dict[str, str], tuple[str, ...], int, str, str, str]] = [
    (
        {"client_secret": "wrong"},
        (),
        4,
        "token",
        "client_secret",
        "refused the client id or the client secret",
    ),
    (
        {"client_secret": ""},
        (),
        4,
        "host",
        "client_secret",
        "client secret of this connection is not at hand",
    ),
    ({"folder": "NOPE"}, (), 1, "folder", "folder", "The folder NOPE is unknown"),
    ({"pool": "NOPE"}, ("--dialect", "soap"), 1, "customers", "pool", "X3 refused to read that"),
    ({"password": "é:漢"}, ("--auth", "basic"), 4, "token", "password", "X3 refused the sign-in"),
    ({"base_url": "http://x3.example"}, (), 1, "host", "base_url", "Plain http would send secrets"),
    ({"token_url": "http://x3.example/t"}, (), 1, "token", "token_url", "Plain http would send secrets"),
    ({"base_url": "https://user" + ":p@x3.example"}, (), 1, "host", "base_url", "The address is not usable"),
    ({"base_url": "http://127.0.0.1:1"}, (), 1, "host", "base_url", "does not accept connections"),
    ({}, ("--ca", "/none.pem"), 1, "host", "ca_file", "The CA file cannot be read"),
]


@pytest.mark.parametrize(("changed", "more", "code", "step", "field", "words"), X3_WRONG)
def test_what_is_wrong_with_x3_is_named(
    made: Program, systems: Served, changed: Any, more: Any, code: int, step: str, field: str, words: str
) -> None:
    said = made.connect_x3(systems.x3, "--json", *more, name="wrong", **changed)
    _refused(said, code=code, step=step, field=field, words=words)
    assert said.err == ""
    assert "wrong" not in made("check", "wrong").out


def test_an_unknown_folder_comes_with_the_known_ones(made: Program, systems: Served) -> None:
    said = made.connect_x3(systems.x3, name="wrong", folder="NOPE")
    assert (said.code, said.out) == (1, "")
    assert f"Choose one of {systems.x3['folder']}" in said.err
    assert "wrong was not saved: its test failed." in said.err


AMAZON_WRONG: list[tuple[dict[str, Any], int, str, str]] = [
    ({"refresh_token": "Atzr|wrong"}, 4, "token", "revoked or has ended"),
    ({"client_secret": "wrong"}, 4, "token", ""),
    ({"marketplaces": ["XX"]}, 1, "account", "The account sells in"),
    ({"base_url": "http://amazon.example"}, 1, "host", "cannot be used"),
    ({"base_url": "http://127.0.0.1:1"}, 1, "host", "cannot be reached"),
]


@pytest.mark.parametrize(("changed", "code", "step", "words"), AMAZON_WRONG)
def test_what_is_wrong_with_amazon_is_named(
    made: Program, systems: Served, changed: Any, code: int, step: str, words: str
) -> None:
    said = made.connect_amazon(systems.amazon, "--json", name="wrong", **changed)
    assert said.code == code, said
    (failed,) = (each for each in said.document["steps"] if each["verdict"] == "fail")
    assert failed["key"] == step
    assert words in failed["found"]
    assert failed["advice"]
    assert said.document["saved"] is False


def test_a_certificate_is_trusted_by_its_authority_only(made: Program, secure: Stage) -> None:
    x3 = secure.served.x3
    there = {"base_url": secure.secure_url, "token_url": f"{secure.secure_url}/oauth2/token"}
    said = made.connect_x3(x3, "--json", name="tls", **there)
    _refused(said, code=1, step="host", field="ca_file", words="The certificate of 127.0.0.1 is not trusted")
    trusting = made.connect_x3(x3, "--json", "--ca", secure.authority, name="tls", **there).happened()
    assert trusting.document["facts"]["TLS"].startswith("TLSv1.")
    plain = x3["base_url"].replace("http:", "https:")
    said = made.connect_x3(x3, "--json", "--ca", secure.authority, name="tls", base_url=plain)
    _refused(said, code=1, step="host", field="base_url", words="No secure connection to 127.0.0.1")
