"""Files with names and codes belong to their owner alone."""

import stat
from pathlib import Path

import pytest

from bot.paper import files


def mode_of(path: Path) -> int:
    """Return who may do what with a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_can_read(tmp_path: Path) -> None:
    """The folder and its files; an earlier file that others could read is replaced."""
    folder = files.folder_of_our_own(tmp_path / "codes")
    earlier = folder / "a.pdf"
    earlier.write_bytes(b"old")
    earlier.chmod(0o644)

    files.write(earlier, b"new")

    assert (mode_of(folder), mode_of(earlier)) == (0o700, 0o600)
    assert earlier.read_bytes() == b"new"
    assert list(folder.iterdir()) == [earlier]


def test_a_file_that_cannot_be_written_leaves_no_half(tmp_path: Path) -> None:
    """Here its name is a folder's."""
    (tmp_path / "a.pdf").mkdir()

    with pytest.raises(OSError, match="directory"):
        files.write(tmp_path / "a.pdf", b"new")

    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


@pytest.mark.parametrize(
    ("name", "stands"),
    [("201 班", "201_班"), ("資訊一甲", "資訊一甲"), ("../../etc/x", "etc_x"), ("/", "_")],
)
def test_a_class_name_cannot_leave_the_folder(name: str, stands: str) -> None:
    """Slashes and dots are gone, Chinese stays."""
    assert files.safe(name) == stands
