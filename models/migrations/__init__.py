"""Brings a database to the newest shape; the history lies in versions/.

Alembic takes 17 MB of memory for good. A database that has the newest shape, as it has at all
starts but one, does without it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent
_VERSIONS = sa.table("alembic_version", sa.column("version_num"))


def upgrade(url: str) -> None:
    """Run every migration that the database at `url` has not seen; safe to run again."""
    if not is_current(url):
        from alembic import command

        command.upgrade(_config(url), "head")


def is_current(url: str) -> bool:
    """Return whether the database at `url` has the newest shape."""
    engine = sa.create_engine(synchronous(url))
    try:
        with engine.connect() as connection:
            known = sa.inspect(connection).has_table(_VERSIONS.name)
            found = connection.scalars(sa.select(_VERSIONS)).all() if known else []
    finally:
        engine.dispose()
    return list(found) == [newest()]


def newest() -> str:
    """Return the newest migration, by the number that its file's name begins with."""
    numbers = (file.name.partition("_")[0] for file in (HERE / "versions").glob("[0-9]*_*.py"))
    return max(numbers)


def synchronous(url: str) -> str:
    """Return the URL for the synchronous driver; migrations need no event loop."""
    return url.replace("sqlite+aiosqlite:", "sqlite:")


def _config(url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    config.set_main_option("sqlalchemy.url", synchronous(url).replace("%", "%%"))
    return config
