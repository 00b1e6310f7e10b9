"""What retention removes is gone from every byte on the disk, decrypted."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.conftest import KEY, HandClock, indexed
from tests.store.test_journal import exchange
from x3studio.domain.documents import DocumentKind
from x3studio.store import Capture, Store, Tables, purge
from x3studio.store.outbox import Intent
from x3studio.store.slices import SLICE
from x3studio.store.sqlite import database

PAGE, RESERVED, SALT = 4096, 80, 16


def _plain(path: Path) -> bytes:
    """Every page of the file and of its log, decrypted, free pages and stale frames included.

    SQLCipher's format: AES-256-CBC, the last 80 bytes of a page hold IV and HMAC, the first 16 of the file
    the salt (zetetic.net/sqlcipher/design).
    """
    ciphers = pytest.importorskip("cryptography.hazmat.primitives.ciphers")
    content = path.read_bytes()
    pages = [content[at : at + PAGE] for at in range(0, len(content), PAGE)]
    pages[0] = pages[0][SALT:]
    log = path.with_name(path.name + "-wal")
    if log.exists():
        frames = log.read_bytes()[32:]
        pages += [frames[at + 24 : at + 24 + PAGE] for at in range(0, len(frames), PAGE + 24)]
    texts = []
    for page in pages:
        iv = page[-RESERVED : -RESERVED + 16]
        body = page[:-RESERVED]
        decryptor = ciphers.Cipher(ciphers.algorithms.AES(KEY), ciphers.modes.CBC(iv)).decryptor()
        texts.append(decryptor.update(body[: len(body) // 16 * 16]))
    return b"".join(texts)


async def test_old_exchanges_and_buyers_data_are_gone_from_the_bytes(
    store: Store, path: Path, clock: HandClock
) -> None:
    def fill(tables: Tables) -> None:
        tables.journal.add([exchange("OLDRECORD", note="forgottennote", answer="qqcanary")])
        row = Capture("orders", "a", DocumentKind.SALES_ORDER, "r1", '{"buyer": "OLDBUYER"}', "h", 1)
        (result,) = tables.outbox.capture([row])
        tables.outbox.intend([Intent(result.record.id, "OLDDOCUMENT", "h")], run=1)
        tables.outbox.done({result.record.id: "SON1"}, run=1)

    await store.write(fill)
    clock.forward(timedelta(days=100))
    await store.write(lambda t: t.journal.add([exchange("NEWRECORD", answer="newanswerword")]))
    await indexed(store)
    canaries = (b"OLDRECORD", b"forgottennote", b"qqcanary", b"OLDBUYER", b"OLDDOCUMENT")
    before = _plain(path)
    assert [canary for canary in canaries if canary not in before] == []

    purged = await purge(store, journal_days=90, now=clock.at)
    assert (purged.exchanges, purged.buyers) == (1, 1)
    after = _plain(path)
    assert [canary for canary in canaries if canary in after] == []
    assert b"NEWRECORD" in after
    assert b"SON1" in after
    found = await store.read(lambda t: (t.journal.search("qqcanary").rows, t.outbox.numbers(["r1"])))
    assert found == ((), {"r1": "SON1"})
    assert len((await store.read(lambda t: t.journal.search("newanswerword"))).rows) == 1
    assert await store.integrity() == ()


async def test_whole_slices_are_dropped_and_new_ones_begin(store: Store, clock: HandClock) -> None:
    await store.write(lambda t: t.journal.add([exchange("first")]))
    await indexed(store)
    await store.write(
        lambda t: t.conn.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'exchanges'", (SLICE + 5,))
    )
    await store.write(lambda t: t.journal.add([exchange("second")]))
    await indexed(store)
    clock.forward(timedelta(days=2))
    await store.write(lambda t: t.journal.add([exchange("third")]))
    assert (await purge(store, journal_days=1, now=clock.at)).exchanges == 2
    words = [
        name
        for name in await store.read(lambda t: database(t.conn).table_names())
        if name.startswith("exchange_words_")
    ]
    assert {name.split("_")[2] for name in words} == {str(SLICE + 6)}
    assert [it.record for it in (await store.read(lambda t: t.journal.search("taken"))).rows] == ["third"]
    clock.forward(timedelta(days=2))
    assert (await purge(store, journal_days=1, now=clock.at)).exchanges == 1
    await store.write(lambda t: t.journal.add([exchange("fourth")]))
    assert [it.record for it in (await store.read(lambda t: t.journal.search("taken"))).rows] == ["fourth"]


async def test_old_backups_go_and_young_ones_stay(store: Store, path: Path, clock: HandClock) -> None:
    old, young = (path.with_name(f"{path.name}.backup-{name}") for name in ("old", "young"))
    other = path.with_name("other.x3studio.backup-old")
    for file, age in ((old, 31), (young, 29), (other, 99)):
        file.touch()
        stamp = (clock.at - timedelta(days=age)).timestamp()
        os.utime(file, (stamp, stamp))
    assert (await purge(store, journal_days=90, now=clock.at)).backups == 1
    assert (old.exists(), young.exists(), other.exists()) == (False, True, True)


async def test_purging_while_others_read_and_write(store: Store, clock: HandClock) -> None:
    await store.write(lambda t: t.journal.add([exchange(f"r{i}") for i in range(50)]))
    clock.forward(timedelta(days=2))
    assert (await purge(store, journal_days=1, now=clock.at)).exchanges == 50
    await store.write(lambda t: t.settings.set("still", "here"))
    assert await store.read(lambda t: t.settings.get("still")) == "here"
