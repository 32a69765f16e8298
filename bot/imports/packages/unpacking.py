"""Opens a protected zip and gives its files, once every one of them has the hash it should have.

Both ways of protection are read (ZipCrypto and AES). Everything that can be known from the
directory of the zip is looked at before a byte is unpacked, and unpacking stops at a fixed bound.
"""

import hashlib
import re
import stat
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import pairwise

import pyzipper

from bot.imports.packages.refusals import Flaw, PackageRefused

HASHES = "SHA.txt"
MOST_FILES = 40
MOST_UNPACKED = 96 * 1024 * 1024
"""Three thousand pupils with forty rows each come to half of it."""
SMALL = 1024 * 1024
MOST_PACKED = 100
"""How many times smaller a file above SMALL may be in the zip: honest ones reach 10 to 30."""

_LINES_AT_MOST = 1024 * 1024
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")
_UNICODE_NAME = 0x800
_STRONG = 0x40 | 0x2000
_PROTECTED = 0x1
_METHODS = (pyzipper.ZIP_STORED, pyzipper.ZIP_DEFLATED)
_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MZ")
_NESTED = (b"PK\x03\x04", b"PK\x05\x06", *_ARCHIVES)
_DAMAGED = (
    pyzipper.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
    IndexError,
    EOFError,
    OSError,
)


def unpacked(content: bytes, password: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files beside SHA.txt, each with the hash that SHA.txt gives; raises PackageRefused.

    Their order is that of the zip. Nothing is yielded before the names and SHA.txt are in order.
    """
    _require_zip(content)
    try:
        with pyzipper.AESZipFile(BytesIO(content)) as packed:
            members = _members(packed.infolist())
            yield from _checked(packed, members, _password(packed, members, password))
    except _DAMAGED:
        raise PackageRefused(_cut_or_broken(content)) from None


def _require_zip(content: bytes) -> None:
    if not content:
        raise PackageRefused(Flaw.EMPTY)
    if content.startswith(_ARCHIVES):
        raise PackageRefused(Flaw.OTHER_ARCHIVE)
    if content.startswith(b"PK\x05\x06"):
        raise PackageRefused(Flaw.NO_HASHES)
    if not content.startswith(b"PK\x03\x04"):
        raise PackageRefused(Flaw.NO_ZIP)


def _cut_or_broken(content: bytes) -> Flaw:
    """Tell a download that stopped early: the directory at the end of a zip is missing."""
    return Flaw.BROKEN if b"PK\x05\x06" in content[-(1 << 16) - 22 :] else Flaw.CUT_OFF


def _members(infos: Sequence[pyzipper.ZipInfo]) -> Mapping[str, pyzipper.ZipInfo]:
    """Return the files by their names, if the directory is one that the central database writes."""
    if len(infos) > MOST_FILES:
        raise PackageRefused(Flaw.TOO_MANY_FILES)
    found: dict[str, pyzipper.ZipInfo] = {}
    folded: set[str] = set()
    for info in infos:
        name = _name(info)
        _require_plain(name, info)
        if name.casefold() in folded:
            raise PackageRefused(Flaw.NAMED_TWICE, name)
        folded.add(name.casefold())
        found[HASHES if name.casefold() == HASHES.casefold() else name] = info
    if sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise PackageRefused(Flaw.TOO_LARGE)
    _require_apart(infos)
    return found


def _require_plain(name: str, info: pyzipper.ZipInfo) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise PackageRefused(Flaw.LINK, name)
    if info.flag_bits & _STRONG:
        raise PackageRefused(Flaw.HIDDEN_NAMES)
    if not name.strip(" .") or any(each in "/\\:" or not each.isprintable() for each in name):
        raise PackageRefused(Flaw.ODD_NAME, name)
    if not info.flag_bits & _PROTECTED:
        raise PackageRefused(Flaw.UNPROTECTED, name)
    if info.compress_type not in _METHODS:
        raise PackageRefused(Flaw.OTHER_METHOD, name)
    if info.file_size > SMALL and info.file_size > MOST_PACKED * info.compress_size:
        raise PackageRefused(Flaw.BOMB, name)


def _require_apart(infos: Sequence[pyzipper.ZipInfo]) -> None:
    """Refuse files that share bytes of the zip: so a small one unpacks to anything."""
    ordered = sorted(infos, key=lambda info: info.header_offset)
    for before, after in pairwise(ordered):
        if before.header_offset + before.compress_size > after.header_offset:
            raise PackageRefused(Flaw.OVERLAPPING)


def _name(info: pyzipper.ZipInfo) -> str:
    """Return a file's name; a zip that does not say how it is written has UTF-8, or Big5."""
    if info.flag_bits & _UNICODE_NAME:
        return str(info.orig_filename)
    raw = info.orig_filename.encode("cp437")
    try:
        return str(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return str(raw.decode("cp950", errors="replace"))


def _password(
    packed: pyzipper.AESZipFile, members: Mapping[str, pyzipper.ZipInfo], password: str
) -> bytes:
    """Return the password in the bytes that open SHA.txt: in UTF-8, or as Windows writes Big5."""
    if HASHES not in members:
        raise PackageRefused(Flaw.NO_HASHES)
    for encoding in ("utf-8",) if password.isascii() else ("utf-8", "cp950"):
        try:
            given = password.encode(encoding)
            packed.open(members[HASHES], pwd=given).close()
        except (RuntimeError, UnicodeEncodeError):
            continue
        return given
    raise PackageRefused(Flaw.WRONG_PASSWORD)


def _checked(
    packed: pyzipper.AESZipFile, members: Mapping[str, pyzipper.ZipInfo], password: bytes
) -> Iterator[tuple[str, bytes]]:
    hashes = _hashes(_read(packed, HASHES, members[HASHES], password, _LINES_AT_MOST))
    files = [name for name in members if name != HASHES]
    for name in files:
        if name.casefold() not in hashes:
            raise PackageRefused(Flaw.WITHOUT_HASH, name)
    for folded, (name, _) in hashes.items():
        if folded not in {each.casefold() for each in files}:
            raise PackageRefused(Flaw.WITHOUT_FILE, name)
    left = MOST_UNPACKED
    for name in files:
        content = _read(packed, name, members[name], password, left)
        left -= len(content)
        if hashlib.sha256(content).hexdigest() != hashes[name.casefold()][1]:
            raise PackageRefused(Flaw.HASH_DIFFERS, name)
        if content.startswith(_NESTED):
            raise PackageRefused(Flaw.NESTED, name)
        yield name, content


def _read(
    packed: pyzipper.AESZipFile, name: str, info: pyzipper.ZipInfo, password: bytes, most: int
) -> bytes:
    """Return a file's bytes; a wrong password that looks right is told by what comes out."""
    try:
        with packed.open(info, pwd=password) as stream:
            content: bytes = stream.read(most + 1)
    except _DAMAGED:
        raise PackageRefused(Flaw.BROKEN, name) from None
    if len(content) > most:
        raise PackageRefused(Flaw.TOO_LARGE, name)
    return content


def _hashes(content: bytes) -> dict[str, tuple[str, str]]:
    """Return the lines `filename,sha256` by folded name, as (name, hash)."""
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise PackageRefused(Flaw.NO_UTF8, HASHES) from None
    found: dict[str, tuple[str, str]] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        name, comma, digest = (each.strip() for each in line.rpartition(","))
        if not (comma and name and _DIGEST.fullmatch(digest)):
            raise PackageRefused(Flaw.BAD_HASH_LINE, HASHES, str(number))
        if name.casefold() in found:
            raise PackageRefused(Flaw.HASH_TWICE, name)
        found[name.casefold()] = name, digest.lower()
    return found
