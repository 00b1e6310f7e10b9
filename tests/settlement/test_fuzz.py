"""Damaged files: whatever happens to the bytes, an answer within a second and never a false proof."""

import gzip
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.settlement.making import FORMS, PLAIN, Draft, at, proven, sale
from x3studio.domain.settlements import SettlementRefused

_FILES = 10_000 if os.environ.get("X3STUDIO_LONG") == "1" else 400
_SEEDS = [
    PLAIN,
    Draft((*sale(1, "1234.56", posted=at(20)), *sale(2, "7.00", posted=at(3, month=7), tax="1.00"))),
]
Damage = Callable[[random.Random, bytes], bytes]


def flip(dice: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def cut(dice: random.Random, data: bytes) -> bytes:
    first, second = sorted(dice.sample(range(len(data)), 2))
    return dice.choice((data[:first], data[first:], data[:first] + data[second:]))


def double(dice: random.Random, data: bytes) -> bytes:
    first, second = sorted(dice.sample(range(len(data)), 2))
    return data[:second] + data[first:]


def swap(dice: random.Random, data: bytes) -> bytes:
    old, new = dice.choice(
        [
            (b"\t", b"\t\t"),
            (b"\t\t", b"\t"),
            (b"\n", b"\r"),
            (b"\n", b""),
            (b".", b","),
            (b"-", b""),
            (b"2026", b"26"),
            (b"2026", b"9999"),
            (b"USD", b""),
            (b"0", b"E+"),
            (b":", b"."),
            (b" UTC", b" PM"),
            (b"28471003921", b""),
            (b"amazon.com", b'"'),
            (b"1", "\N{ARABIC-INDIC DIGIT ONE}".encode()),
            (b"", b"\0"),
        ]
    )
    return data.replace(old, new, dice.randint(1, 30))


def shuffle(dice: random.Random, data: bytes) -> bytes:
    rows = data.splitlines(keepends=True)
    dice.shuffle(rows)
    return b"".join(rows)


def pack(dice: random.Random, data: bytes) -> bytes:
    return flip(dice, gzip.compress(data))


def recode(dice: random.Random, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    return flip(dice, text.encode(dice.choice(["utf-16", "utf-16-le", "cp932", "utf-8-sig"]), "replace"))


_DAMAGES: list[Damage] = [flip, cut, double, swap, shuffle, pack, recode]


@pytest.mark.timeout(3600)
def test_damaged_files_get_an_answer(tmp_path: Path) -> None:
    dice = random.Random(20261120)
    read = 0
    proven(tmp_path, PLAIN.text())  # the first call loads the libraries
    for number in range(_FILES):
        draft = dice.choice(_SEEDS)
        data = draft.text(dice.choice(FORMS)).encode()
        for _ in range(dice.randint(1, 3)):
            if len(data) > 2:
                data = dice.choice(_DAMAGES)(dice, data)
        try:
            proof = proven(tmp_path, data)
        except SettlementRefused as fault:
            assert fault.title and fault.advice, f"file {number}"
        else:
            read += 1
            assert len(proof.checks) == 23
            assert not proof.postable or proof.sum == proof.header.total, f"file {number}"
    assert 0 < read < _FILES, "the damages must be neither harmless nor all fatal"
