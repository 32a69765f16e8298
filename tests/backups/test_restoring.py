"""A backup is put back whole and on hold; what is no backup is refused and nothing changes (B4)."""

import asyncio
import errno
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command

from bot.anchors import Sealer
from bot.backups.checking import check
from bot.backups.making import hashed
from bot.backups.manifest import beside, read
from bot.backups.refusals import Refused
from models import migrations
from models.queries import holds
from models.store import Store
from tests.backups.house import KEY, House

Harm = Callable[[House, Path], Path]


def run(database: Path, *statements: str) -> None:
    """Change a database as somebody with the file at hand does."""
    with closing(sqlite3.connect(database)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.execute("PRAGMA journal_mode=DELETE")


def count(database: Path, table: str) -> int:
    """Return how many rows a table has."""
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def signed_again(file: Path, key: bytes = KEY, **values: object) -> Path:
    """Write a manifest that fits the bytes of the file, as only the installation itself can."""
    manifest = read(file)
    assert manifest is not None
    told = {"size": file.stat().st_size, "sha256": hashed(file), **values}
    beside(file).write_bytes(replace(manifest, **told).signed(key).as_bytes())  # type: ignore[arg-type]
    return file


async def test_what_was_there_is_put_back_on_hold_and_what_came_later_is_kept(house: House) -> None:
    """Row by row as at the backup; the newer database and its anchors have other names."""
    store = Store(house.url)
    await Sealer(store, KEY, house.place.anchors).tick()
    await store.close()
    file = house.back_up()
    run(house.database, "INSERT INTO setting (key, value) VALUES ('later', '')")
    people = count(house.database, "person")

    await asyncio.to_thread(house.restore, file)

    kept = sorted(each.name for each in house.folder.glob("*before-restore*"))
    assert kept == [
        "bell.db.before-restore-20241009T030000Z",
        "bell.db.before-restore-20241009T030000Z.anchors",
    ]
    assert count(house.folder / kept[0], "setting WHERE key = 'later'") == 1
    assert count(house.database, "setting WHERE key = 'later'") == 0
    assert count(house.database, "person") == people
    store = Store(house.url)
    async with store.reading() as session:
        held = await holds.standing(session, 1)
    await store.close()
    assert held is not None
    assert held.restored


def _altered(_house: House, file: Path) -> Path:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    return file


def _cut_off(_house: House, file: Path) -> Path:
    file.write_bytes(file.read_bytes()[:-4096])
    return file


def _foreign(house: House, _file: Path) -> Path:
    other = house.folder / "backups" / "letter.db"
    other.write_text("敬啟者")
    return other


def _copied_live(house: House, file: Path) -> Path:
    """Copy the database of a process that has it open, under the manifest of a true backup."""
    live = sqlite3.connect(house.database)
    live.execute("PRAGMA journal_mode=WAL")
    live.execute("INSERT INTO setting (key, value) VALUES ('in the wal', '')")
    live.commit()
    shutil.copyfile(house.database, file)
    live.close()
    return file


def _live_signed(house: House, file: Path) -> Path:
    """Do the same where even the hash fits: the rows that the manifest counts are not there."""
    true = read(file)
    assert true is not None
    counts = {**true.counts, "setting": true.counts["setting"] + 1}
    return signed_again(_copied_live(house, file), counts=counts)


def _without_manifest(_house: House, file: Path) -> Path:
    beside(file).unlink()
    return file


def _newer(_house: House, file: Path) -> Path:
    return signed_again(file, migration="9999", version="99.0")


def _another_key(_house: House, file: Path) -> Path:
    return signed_again(file, b"the key of another installation")


def _chain_cut(_house: House, file: Path) -> Path:
    true = read(file)
    assert true is not None
    run(file, "UPDATE audit_entry SET position = NULL, seal = NULL WHERE position = 3")
    return signed_again(file, heads=true.heads)


def _damaged(_house: House, file: Path) -> Path:
    content = bytearray(file.read_bytes())
    content[8192:12288] = bytes(4096)
    file.write_bytes(content)
    return signed_again(file)


def _orphaned(_house: House, file: Path) -> Path:
    run(file, "PRAGMA foreign_keys=OFF", "DELETE FROM school")
    return signed_again(file)


HARM: dict[str, tuple[Harm, str]] = {
    "a bit changed": (_altered, "its bytes have changed"),
    "not copied to its end": (_cut_off, "bytes instead of"),
    "no database at all": (_foreign, "is not a database"),
    "a copy of a live database": (_copied_live, "."),
    "a copy of a live database with a fitting hash": (_live_signed, "its bytes have changed"),
    "the manifest forgotten": (_without_manifest, "may lack its newest rows"),
    "from a newer version": (_newer, r"newer version \(99.0\)"),
    "from another installation": (_another_key, "another BOT_SECRET_KEY"),
    "the end of the audit taken off": (_chain_cut, "its bytes have changed"),
    "a page of zeros": (_damaged, "is damaged"),
    "rows that belong to nothing": (_orphaned, "is damaged"),
}


def test_what_is_no_whole_backup_is_refused_and_nothing_changes(house: House) -> None:
    """Each kind of harm has its own sentence, and the database is as it was to the byte."""
    true = house.back_up()
    run(house.database, "INSERT INTO setting (key, value) VALUES ('later', '')")
    good = {each: each.read_bytes() for each in (true, beside(true))}
    before = house.snapshot()
    for name, (harm, sentence) in HARM.items():
        harmed = harm(house, true)
        for restoring_it in (lambda: check(harmed, KEY), lambda: house.restore(harmed)):  # noqa: B023
            with pytest.raises(Refused, match=sentence):
                restoring_it()
        for each, content in good.items():
            each.write_bytes(content)
        if "live" not in name:
            assert house.snapshot() == before, name
        before = house.snapshot()
    house.restore(true)


def test_a_disk_that_is_full_while_restoring_loses_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither while it is copied nor when the names change."""
    file = house.back_up()
    before = house.snapshot()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(Refused, match="No space left"):
        house.restore(file, advance=full)
    assert house.snapshot() == before
    rename = Path.rename
    monkeypatch.setattr(
        Path,
        "rename",
        lambda old, new: full() if old.name.endswith(".restoring") else rename(old, new),
    )
    assert house.place.anchors is not None
    house.place.anchors.touch()
    before = house.snapshot()
    with pytest.raises(Refused, match="No space left"):
        house.restore(file)
    assert house.snapshot() == before


def test_a_database_that_is_damaged_or_gone_is_replaced_all_the_same(house: House) -> None:
    """That is what backups are for: the damaged one is kept, with its -wal."""
    file = house.back_up()
    for content in (b"garbage", None):
        if content is None:
            house.database.unlink()
        else:
            house.database.write_bytes(content)
            Path(f"{house.database}-wal").write_bytes(b"more")
        house.restore(file)
        assert count(house.database, "audit_entry WHERE deed LIKE 'deed %'") == 3
    kept = house.folder / "bell.db.before-restore-20241009T030000Z-wal"
    assert kept.read_bytes() == b"more"


def test_an_older_backup_gets_the_newest_shape(house: House) -> None:
    """One of the second migration, with a school and an entry: both are there, on hold."""
    house.database.unlink()
    command.upgrade(migrations._config(house.url), "0002")
    run(
        house.database,
        "INSERT INTO school (id, code, name, rulebook) VALUES (1, '060402', '草屯', '')",
        "INSERT INTO audit_entry (school_id, at, deed, thing, via, clause, facts)"
        " VALUES (1, 1, 'old deed', '', '', '', '{}')",
    )
    file = house.back_up()

    house.restore(file)

    assert migrations.is_current(house.url)
    assert count(house.database, "audit_entry WHERE deed = 'old deed'") == 1
    assert count(house.database, "setting WHERE key = 'hold'") == 1
