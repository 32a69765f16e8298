"""Keep the catalogues in locales/ in step with the sentences in the code.

`python -m tools.translations extract` takes the sentences from the code into messages.pot and
every messages.po; `check` names what is missing, stale, uncertain or wrong. Sentences are the
English arguments of `words.say("…")`, `words.count("one", "many", n)` and `N_("…")`; the
simulator is LINE's side and is not looked at (locales/babel.cfg). A comment that begins with
"Translators:" in the line above a sentence goes with it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from tools.simplified import simplified_in

LOCALES = Path(__file__).resolve().parents[1] / "locales"
KEYWORDS: Mapping[str, tuple[int, ...] | None] = {"say": None, "count": (1, 2), "N_": None}

COMPLETE = ("zh_Hant_TW",)
"""The locales in which every sentence is translated; elsewhere a gap falls back to English."""

MAINLAND_TERMS = re.compile("信息|用戶|默認|視頻|賬號|鏈接|屏幕|網絡|短信|軟件|硬件|服務器|數據庫")
"""Words that Taiwan writes otherwise: 訊息, 使用者, 預設, 影片, 帳號, 連結, 螢幕, 網路, 簡訊 …"""

HEADER = "# Sentences of 歷程鈴; taken from the code by `make catalogue`."


def sentences_of_the_code(locales: Path = LOCALES) -> Catalog:
    """Return every sentence that the code beside `locales` can say."""
    catalogue = Catalog(project="portfolio-bell", header_comment=HEADER, fuzzy=False)
    with (locales / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]
    found = extract_from_dir(
        locales.parent, methods, options, KEYWORDS, ("Translators:",), strip_comment_tags=True
    )
    for file, line, sentence, comments, context in found:
        catalogue.add(sentence, None, [(file, line)], auto_comments=comments, context=context)
    return catalogue


def extract(locales: Path = LOCALES) -> None:
    """Bring messages.pot and every messages.po up to date, leaving new sentences untranslated."""
    template = sentences_of_the_code(locales)
    pot = locales / "messages.pot"
    if pot.exists():
        template.creation_date = _read(pot).creation_date
    _write(pot, template)
    for po in _catalogues(locales):
        catalogue = _read(po, po.parents[1].name)
        catalogue.update(template, no_fuzzy_matching=True)
        _write(po, catalogue)


def problems(locales: Path = LOCALES) -> list[str]:
    """Return one sentence for everything that is wrong with the catalogues; none is well."""
    said = _ids(sentences_of_the_code(locales))
    pot = locales / "messages.pot"
    found = list(_differences(pot, _read(pot), said)) if pot.exists() else [f"{pot} is missing"]
    translated = {po.parents[1].name: po for po in _catalogues(locales)}
    found += [f"there is no catalogue for {name}" for name in COMPLETE if name not in translated]
    for name, po in translated.items():
        catalogue = _read(po, name)
        found += _differences(po, catalogue, said)
        for message in _messages(catalogue):
            found += [f"{po}: {problem}" for problem in _problems_of(message, name in COMPLETE)]
    return found


def _differences(file: Path, catalogue: Catalog, said: set[str]) -> Iterator[str]:
    """Name the sentences in only one of the code and `file`."""
    kept = _ids(catalogue)
    for sentence in sorted(said - kept):
        yield f"{file}: lacks {sentence!r}; run `make catalogue`"
    for sentence in sorted(kept - said):
        yield f"{file}: nobody says {sentence!r} any more; run `make catalogue`"


def _problems_of(message: Message, required: bool) -> Iterator[str]:
    """Name what is wrong with one translation, which may be absent unless `required`."""
    translations = _texts(message.string)
    if not all(translations):
        if required or any(translations):
            yield f"not translated: {message.id!r}"
        return
    if message.fuzzy:
        yield f"marked fuzzy: {message.id!r}"
    wanted = _places(_texts(message.id)[-1])
    for text in translations:
        if _places(text) != wanted:
            yield f"not the same places in {message.id!r} and {text!r}"
        if simplified := simplified_in(text):
            yield f"Simplified {''.join(simplified)} in {text!r}"
        if terms := MAINLAND_TERMS.findall(text):
            yield f"not said in Taiwan: {', '.join(terms)} in {text!r}"


def _places(text: str) -> frozenset[str]:
    """Return the names in braces in `text`, or the text itself where the braces do not match."""
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError:
        return frozenset({text})


def _texts(either: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the forms of a sentence: one, or singular and plural."""
    return tuple(either) if isinstance(either, list | tuple) else (either or "",)


def _ids(catalogue: Catalog) -> set[str]:
    """Return the sentences of `catalogue`, each with its plural if it has one."""
    return {" / ".join(_texts(message.id)) for message in _messages(catalogue)}


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _catalogues(locales: Path) -> list[Path]:
    return sorted(locales.glob("*/LC_MESSAGES/messages.po"))


def _read(file: Path, locale: str | None = None) -> Catalog:
    with file.open("rb") as source:
        return read_po(source, locale=locale)


def _write(file: Path, catalogue: Catalog) -> None:
    with file.open("wb") as target:
        write_po(
            target,
            catalogue,
            width=100,
            sort_by_file=True,
            include_lineno=False,
            ignore_obsolete=True,
        )


def main() -> None:
    """Do what the first argument says; `check` ends with status 1 if anything is wrong."""
    if sys.argv[1:] == ["extract"]:
        extract()
    elif sys.argv[1:] == ["check"]:
        found = problems()
        for problem in found:
            print(problem, file=sys.stderr)
        sys.exit(1 if found else 0)
    else:
        sys.exit("usage: python -m tools.translations extract|check")


if __name__ == "__main__":
    main()
