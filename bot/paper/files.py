"""Writes what is printed into a folder that only its owner can read: it holds names and codes."""

import contextlib
import os
import re
from pathlib import Path

OWNER_ONLY_FOLDER = 0o700
OWNER_ONLY_FILE = 0o600

_UNSAFE = re.compile(r"[^\w\-]+")


def folder_of_our_own(path: Path) -> Path:
    """Return a folder, made where there is none; one that is there keeps what it allows."""
    path.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    return path


def write(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all; an earlier one of this name is replaced."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(
            os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY_FILE), "wb"
        ) as file:
            file.write(content)
        half.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            half.unlink()
        raise
    return path


def safe(name: str) -> str:
    """Return a name as it can stand in a file name: 資訊一甲 stays, a slash does not."""
    return _UNSAFE.sub("_", name).strip("_") or "_"
