"""The ground the other tests stand on: fresh databases of both kinds, and a real browser."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest
from playwright.async_api import Browser
from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.support.postgres import PostgresServer


@pytest.mark.parametrize("visit", ["first", "second"])
async def test_every_test_gets_an_empty_database_of_its_own(
    empty_database_url: str, visit: str
) -> None:
    """Two tests that make the same table do not meet."""
    engine = create_async_engine(empty_database_url)
    async with engine.begin() as connection:
        await connection.execute(text("create table visitor (name text)"))
        await connection.execute(text("insert into visitor values (:name)"), {"name": visit})
        found = (await connection.execute(text("select name from visitor"))).scalars().all()
    await engine.dispose()
    assert found == [visit]


async def test_a_test_finds_the_schema_in_its_database(database_url: str) -> None:
    """The copy is a migrated one, on SQLite and on PostgreSQL."""
    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    await engine.dispose()
    assert "alembic_version" in tables
    assert len(tables) > 1


async def test_a_copy_of_a_database_holds_what_its_template_holds(
    postgres_server: PostgresServer,
) -> None:
    """What is written into a template once is there in every copy."""
    template = create_async_engine(postgres_server.create("model_school"))
    async with template.begin() as connection:
        await connection.execute(text("create table pupil as select '林語彤' as name"))
    await template.dispose()
    copy = create_async_engine(postgres_server.create("copied_school", "model_school"))
    async with copy.connect() as connection:
        name = (await connection.execute(text("select name from pupil"))).scalar_one()
    await copy.dispose()
    postgres_server.drop("copied_school")
    postgres_server.drop("model_school")
    assert name == "林語彤"


def test_a_child_process_ends_with_the_run_that_started_it(tmp_path: Path) -> None:
    """A worker that dies without a word leaves neither process nor folder behind."""
    folder = tmp_path / "child"
    folder.mkdir()
    orphan = (
        "import os, pathlib, sys; from tests.support.children import Child; "
        "Child(['sleep', '600'], pathlib.Path(sys.argv[1])); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", orphan, str(folder)], cwd=Path.cwd(), check=False)
    pause = Event()
    assert any(pause.wait(0.05) or not folder.exists() for _ in range(200))


async def test_the_browser_is_a_real_one_and_draws_chinese(browser: Browser) -> None:
    """A page's text is laid out, so it has a width."""
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.set_content('<html lang="zh-Hant-TW"><span id="bell">歷程鈴</span></html>')
    box = await page.locator("#bell").bounding_box()
    await context.close()
    assert box is not None
    assert 30 < box["width"] < 120
