"""No package breaks the import: each is refused for its own reason, in a sentence of its own."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest

from bot.i18n import words as words_in
from bot.imports.columns import load
from bot.imports.packages import reading
from bot.imports.packages.parts import Parts
from bot.imports.packages.parts import read as read_parts
from bot.imports.packages.refusals import Flaw, PackageRefused
from bot.imports.packages.sentences import FLAWS, refusal_sentence
from bot.imports.packages.unpacking import unpacked
from tests.imports.packages.hostile import PACKAGES
from tests.imports.packages.packing import PASSWORD, aes, crypto, hashed, members, usual

KNOWN = load().package
OF_THE_PROCESS = {Flaw.TOO_SLOW, Flaw.OTHER_SCHOOL, Flaw.OTHER_YEAR}
"""What only the reading process, or a comparison with the school, can find."""


def taken_apart(content: bytes, password: str = PASSWORD) -> Parts:
    """Return what a package holds, read in this process."""
    return read_parts(unpacked(content, password), KNOWN["keys"], KNOWN["parts"])


@pytest.mark.parametrize("name", PACKAGES)
def test_a_hostile_package_is_refused_for_its_own_reason(name: str) -> None:
    """Never an exception of another kind; the sentence says what to do."""
    flaw, make = PACKAGES[name]
    with pytest.raises(PackageRefused) as refused:
        taken_apart(make())
    assert refused.value.why is flaw
    said = refusal_sentence(refused.value, words_in("zh_Hant_TW"))
    assert said.isprintable()
    assert said.endswith("資料沒有任何變更。")
    assert len(said) < 250


def test_every_reason_has_a_sentence_and_a_package() -> None:
    """At least forty packages mean harm; sentences differ, whatever the flaw."""
    assert len(PACKAGES) >= 40
    assert set(FLAWS) == set(Flaw)
    assert len({what for what, _ in FLAWS.values()}) == len(Flaw)
    assert {flaw for flaw, _ in PACKAGES.values()} == set(Flaw) - OF_THE_PROCESS


@pytest.mark.parametrize(
    "content",
    [
        aes(hashed(usual())),
        aes(hashed(usual()), bits=128, method=0),
        crypto(members(hashed(usual()))),
    ],
    ids=["AES-256", "AES-128, stored", "ZipCrypto"],
)
def test_the_package_that_hostile_ones_are_made_from_is_read(content: bytes) -> None:
    """What is refused is refused for its own harm, with either protection."""
    parts = taken_apart(content)
    assert parts.found == ["outcome", "performance", "course_record", "officer_record"]
    assert [entry.place for entry in parts.entries] == [1, 1, 1, 1]
    assert parts.covers[0] == {"school_code": "060402", "year": "112"}
    assert "A123456789" not in repr(parts)
    assert "0970503" not in repr(parts)


def test_names_and_passwords_of_windows_are_understood() -> None:
    """Big5 without a word that it is, capitals in SHA.txt, a file that is no part."""
    files = {**usual(), "基本資料.json": b'{"x": []}'}
    made = members(hashed(files, hashed(files)["SHA.txt"].upper().replace(b".JSON", b".json")))
    big5 = [type(one)(one.name.decode().encode("cp950"), one.content, flags=0x001) for one in made]
    parts = taken_apart(crypto(big5, PASSWORD.encode("cp950")))
    assert parts.unread == ["基本資料.json"]
    assert len(parts.entries) == 4


def test_the_reading_process_tells_what_it_found_and_is_stopped_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows cross over with their identities; a package that takes too long has its sentence."""
    file = tmp_path / "package.zip"
    file.write_bytes(crypto(members(hashed(usual()))))
    begun, ours = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    parts = reading.read(file, PASSWORD, load())
    assert (parts.rows, parts.entries[0].identity) == (4, "A123456789")
    with pytest.raises(PackageRefused) as wrong:
        reading.read(file, "other", load())
    assert wrong.value.why is Flaw.WRONG_PASSWORD
    assert time.monotonic() - begun < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - ours < 100_000

    monkeypatch.setattr("bot.imports.reading.SECONDS", 0)
    with pytest.raises(PackageRefused) as slow:
        reading.read(file, PASSWORD, load())
    assert slow.value.why is Flaw.TOO_SLOW


def test_a_package_larger_than_any_is_not_even_opened(tmp_path: Path) -> None:
    """Twenty-four megabytes are the most."""
    file = tmp_path / "package.zip"
    with file.open("wb") as out:
        out.truncate(25 * 1024 * 1024)
    with pytest.raises(PackageRefused) as refused:
        reading.read(file, PASSWORD, load())
    assert refused.value.why is Flaw.TOO_LARGE
