"""What says which shape a database has, without the library that changes it."""

from alembic.script import ScriptDirectory

from models import migrations


def test_the_newest_migration_is_the_head_of_the_history() -> None:
    """Files are numbered in the order in which they follow one another, and none branches off."""
    history = ScriptDirectory(str(migrations.HERE))
    assert history.get_heads() == [migrations.newest()]


def test_a_database_is_current_once_it_was_migrated(
    empty_database_url: str, database_url: str
) -> None:
    """A database without any table is not, and asking leaves it as it was."""
    assert not migrations.is_current(empty_database_url)
    assert not migrations.is_current(empty_database_url)
    assert migrations.is_current(database_url)
