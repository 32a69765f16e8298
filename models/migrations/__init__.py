"""Brings a database to the newest shape; the history lies in versions/."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

HERE = Path(__file__).parent


def upgrade(url: str) -> None:
    """Run every migration that the database at `url` has not seen; safe to run again."""
    command.upgrade(_config(url), "head")


def is_current(url: str) -> bool:
    """Return whether the database at `url` has the newest shape."""
    engine = create_engine(synchronous(url))
    try:
        with engine.connect() as connection:
            heads = MigrationContext.configure(connection).get_current_heads()
    finally:
        engine.dispose()
    return set(heads) == set(ScriptDirectory(str(HERE)).get_heads())


def synchronous(url: str) -> str:
    """Return the URL for the synchronous driver; migrations need no event loop."""
    return url.replace("sqlite+aiosqlite:", "sqlite:")


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    config.set_main_option("sqlalchemy.url", synchronous(url).replace("%", "%%"))
    return config
