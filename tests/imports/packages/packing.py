"""Makes receipt packages as the central database does, and zips that no program would make.

AES is written by the library that reads it; ZipCrypto by hand, as nothing writes it any more.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

import pyzipper

PASSWORD = "t3st-密碼"
IDENTITY, BORN = "A123456789", "0970503"
OUTCOME: dict[str, Any] = {"科目名稱": "國文", "實際修課學期": "2", "成果簡述": "摘要"}

Files = Mapping[str, bytes]
_TABLE = [zlib.crc32(bytes([n]), 0xFFFFFFFF) ^ 0xFFFFFFFF for n in range(256)]


def person(
    sheets: Mapping[str, Sequence[Any]], identity: str = IDENTITY, born: str = BORN
) -> dict[str, Any]:
    """Return a person of a part, with rows by sheet."""
    return {"身分證號": identity, "出生日期": born, **sheets}


def part(kind: str, *people: Any, **cover: str) -> bytes:
    """Return the JSON of a part, with the byte order mark."""
    content = {"名冊資訊": cover or {"學校代碼": "060402", "學年度": "112"}, kind: list(people)}
    return json.dumps(content, ensure_ascii=False).encode("utf-8-sig")


def usual() -> dict[str, bytes]:
    """Return the four files of a small, honest package."""
    return {
        "課程學習成果.json": part("課程學習成果", person({"學期課程學習成果": [OUTCOME]})),
        "多元表現.json": part("多元表現", person({"競賽參與紀錄": [{"競賽名稱": "科展"}]})),
        "修課紀錄.json": part("修課紀錄", person({"學期成績": [{"科目名稱": "國文"}]})),
        "校內幹部經歷.json": part("校內幹部經歷", person({"幹部經歷": [{"擔任職務": "班長"}]})),
    }


def hashes(files: Files) -> bytes:
    """Return SHA.txt of files."""
    lines = (f"{name},{hashlib.sha256(content).hexdigest()}" for name, content in files.items())
    return "\r\n".join(lines).encode()


def hashed(files: Files, listed: bytes | None = None) -> dict[str, bytes]:
    """Return files with their SHA.txt before them, or with another one."""
    return {"SHA.txt": hashes(files) if listed is None else listed, **files}


def aes(files: Files, password: str = PASSWORD, *, method: int = 8, bits: int = 256) -> bytes:
    """Return a zip in AES."""
    out = BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=method, encryption=pyzipper.WZ_AES) as packed:
        packed.setpassword(password.encode())
        packed.setencryption(pyzipper.WZ_AES, nbits=bits)
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


@dataclass(frozen=True)
class Member:
    """A file of a hand-made zip; `claimed` is the unpacked size its directory tells."""

    name: bytes
    content: bytes
    flags: int = 0x801
    method: int = 8
    attributes: int = 0
    claimed: int | None = None
    at: int | None = None


def members(files: Files) -> list[Member]:
    """Return files as members of a hand-made zip."""
    return [Member(name.encode(), content) for name, content in files.items()]


def crypto(made: Sequence[Member], password: bytes = PASSWORD.encode()) -> bytes:
    """Return a zip in ZipCrypto; members without the flag are as they are."""
    out, directory = BytesIO(), b""
    for one in made:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        data = one.content if one.method == 0 else packer.compress(one.content) + packer.flush()
        crc = zlib.crc32(one.content)
        if one.flags & 1:
            data = _encrypted(bytes(11) + bytes([crc >> 24]) + data, password)
        size = len(one.content) if one.claimed is None else one.claimed
        at = out.tell() if one.at is None else one.at
        head = struct.pack("<HHHHHIIIHH", 20, one.flags, one.method, 0, 33, crc, len(data), size,
                           len(one.name), 0)  # fmt: skip
        out.write(b"PK\x03\x04" + head + one.name + data)
        directory += (
            b"PK\x01\x02\x14\x03" + head + struct.pack("<HHHII", 0, 0, 0, one.attributes, at)
        ) + one.name
    start = out.tell()
    out.write(directory)
    count = len(made)
    out.write(b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), start, 0))
    return out.getvalue()


@lru_cache(maxsize=8)
def _encrypted(data: bytes, password: bytes) -> bytes:
    keys = [0x12345678, 0x23456789, 0x34567890]

    def turn(byte: int) -> None:
        keys[0] = (keys[0] >> 8) ^ _TABLE[(keys[0] ^ byte) & 0xFF]
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = (keys[2] >> 8) ^ _TABLE[(keys[2] ^ (keys[1] >> 24)) & 0xFF]

    for byte in password:
        turn(byte)
    out = bytearray()
    for byte in data:
        mask = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ ((mask * (mask ^ 1) >> 8) & 0xFF))
        turn(byte)
    return bytes(out)
