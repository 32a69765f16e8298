"""Verifies a backup before anything is touched: whole, unchanged, ours, and not from the future."""

import sqlite3
from pathlib import Path

from bot.backups.contents import Contents, contents, damage, opened
from bot.backups.making import hashed
from bot.backups.manifest import FORMAT, Manifest, beside, read
from bot.backups.refusals import (
    ALTERED,
    ANOTHER_KEY,
    CUT_OFF,
    DAMAGED,
    NEWER,
    NO_MANIFEST,
    NOT_A_DATABASE,
    Refused,
)
from models import migrations

_HEADER = b"SQLite format 3\0"


def check(file: Path, key: bytes) -> Manifest:
    """Return the manifest of a backup that can be put back as it is; Refused says why not."""
    manifest = manifest_of(file, key)
    check_copy(file, manifest)
    return manifest


def manifest_of(file: Path, key: bytes) -> Manifest:
    """Return what stands beside a backup, if this installation wrote it and understands it."""
    manifest = read(file)
    if manifest is None:
        wrong = NO_MANIFEST if _is_database(file) else NOT_A_DATABASE
        raise Refused(wrong, file=file, manifest=beside(file).name)
    if manifest.format > FORMAT or manifest.migration not in _known():
        raise Refused(NEWER, file=file, version=manifest.version)
    if not manifest.is_signed_with(key):
        raise Refused(ANOTHER_KEY, file=file)
    return manifest


def check_copy(file: Path, manifest: Manifest) -> None:
    """Refuse a database that is not, to the last byte and row, what the manifest describes."""
    size = file.stat().st_size
    if size < manifest.size:
        raise Refused(CUT_OFF, file=file, found=size, expected=manifest.size)
    if size > manifest.size or hashed(file) != manifest.sha256:
        raise Refused(ALTERED, file=file)
    try:
        with opened(file, mode="ro") as database:
            wrong = damage(database)
            found = contents(database)
    except sqlite3.DatabaseError as error:
        raise Refused(DAMAGED, file=file, why=error) from error
    if wrong:
        raise Refused(DAMAGED, file=file, why=wrong)
    if found != Contents(manifest.migration, manifest.counts, manifest.heads):
        raise Refused(ALTERED, file=file)


def _is_database(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return stream.read(len(_HEADER)) == _HEADER
    except OSError:
        return False


def _known() -> set[str]:
    files = (migrations.HERE / "versions").glob("[0-9]*_*.py")
    return {file.name.partition("_")[0] for file in files}
