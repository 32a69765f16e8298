"""Why a whole package is not read: closed reasons, each with a sentence of its own in telling."""

from enum import StrEnum

LONGEST_NAME = 60
"""So much of a name inside of a package is repeated to whoever sits there."""


class Flaw(StrEnum):
    """What is wrong with a package as a whole."""

    EMPTY = "empty"
    NO_ZIP = "no_zip"
    OTHER_ARCHIVE = "other_archive"
    CUT_OFF = "cut_off"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    TOO_MANY_FILES = "too_many_files"
    BOMB = "bomb"
    OVERLAPPING = "overlapping"
    ODD_NAME = "odd_name"
    LINK = "link"
    NAMED_TWICE = "named_twice"
    NESTED = "nested"
    HIDDEN_NAMES = "hidden_names"
    OTHER_METHOD = "other_method"
    UNPROTECTED = "unprotected"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason, not a secret
    BROKEN = "broken"
    NO_HASHES = "no_hashes"
    BAD_HASH_LINE = "bad_hash_line"
    HASH_TWICE = "hash_twice"
    WITHOUT_HASH = "without_hash"
    WITHOUT_FILE = "without_file"
    HASH_DIFFERS = "hash_differs"
    NO_UTF8 = "no_utf8"
    NO_JSON = "no_json"
    TOO_DEEP = "too_deep"
    WRONG_SHAPE = "wrong_shape"
    NO_PERSON = "no_person"
    SEVERAL_PARTS = "several_parts"
    NO_PART = "no_part"
    OTHER_SCHOOL = "other_school"
    OTHER_YEAR = "other_year"


class PackageRefused(Exception):
    """A package as a whole is not taken; `file` names the part of it, `where` what in it."""

    def __init__(self, why: Flaw, file: str = "", where: str = "") -> None:
        super().__init__(why.value)
        self.why = why
        self.file = shown(file)
        self.where = shown(where)


def shown(name: str) -> str:
    """Return a name from inside of a package as it can be repeated: short, and printable."""
    plain = "".join(each if each.isprintable() else "?" for each in name[:LONGEST_NAME])
    return plain + ("…" if len(name) > LONGEST_NAME else "")
