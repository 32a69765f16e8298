"""Says what came of a package in the words of a language: why it is refused, and what differs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from bot.imports import showing
from bot.imports.gathering import ranges
from bot.imports.packages.refusals import Flaw, PackageRefused
from bot.imports.packages.statements import ABOUT_PEOPLE
from bot.imports.packages.taking import PackageReport
from bot.imports.sentences import ENDINGS
from bot.imports.taking import Ending
from handlers import labels
from handlers.words import N_, Words
from models.rules.importing.later_rounds import DoubtNow
from models.rules.importing.packages import Deviance, Deviation
from models.rules.importing.problems import Problem, Reason
from models.vocabulary import QueryState, StatementPart

MOST_SHOWN = 20
"""So many works, queries or pupils of a kind are shown as text; --format json has them all."""

_AGAIN = N_("Download the package from the central database again and leave it as it is.")
_ASK = N_("It is not as the central database writes it: ask where it comes from.")

FLAWS: dict[Flaw, tuple[str, str]] = {
    Flaw.EMPTY: (N_("The file is empty."), _AGAIN),
    Flaw.NO_ZIP: (N_("This is no zip."), N_("Give the package as it was downloaded.")),
    Flaw.OTHER_ARCHIVE: (
        N_("This is an archive of another kind (7z, RAR, EXE), no zip."),
        N_("Give the package as it was downloaded, not packed anew."),
    ),
    Flaw.CUT_OFF: (N_("The end of the package is missing."), _AGAIN),
    Flaw.TOO_LARGE: (N_("The package is larger than a school's can be."), _ASK),
    Flaw.TOO_SLOW: (N_("Reading the package took too long, so it was stopped."), _ASK),
    Flaw.TOO_MANY_FILES: (N_("The package holds more files than it can have parts."), _ASK),
    Flaw.BOMB: (N_("{file} would become absurdly large when unpacked."), _ASK),
    Flaw.OVERLAPPING: (N_("Files of the package lie on top of each other."), _ASK),
    Flaw.ODD_NAME: (
        N_("“{file}” is no plain name of a file: it could be written to somewhere else."),
        _ASK,
    ),
    Flaw.LINK: (N_("{file} is a link or a folder, no file."), _ASK),
    Flaw.NAMED_TWICE: (N_("The package holds {file} twice."), _ASK),
    Flaw.NESTED: (N_("{file} is itself an archive."), _ASK),
    Flaw.HIDDEN_NAMES: (N_("The names in the package are encrypted as well."), _ASK),
    Flaw.OTHER_METHOD: (
        N_("{file} is packed in a way that is not read here."),
        N_("Give the package as it was downloaded, not packed anew."),
    ),
    Flaw.UNPROTECTED: (
        N_("{file} is not protected by a password, as the central database's packages are."),
        N_("Give the package as it was downloaded, not packed anew."),
    ),
    Flaw.WRONG_PASSWORD: (
        N_("The password is not the package's."),
        N_("Type the one that came with this package; capitals and spaces count."),
    ),
    Flaw.BROKEN: (
        N_("The package is damaged, or the password is not its own."),
        N_("Try the password once more, then download the package again."),
    ),
    Flaw.NO_HASHES: (N_("SHA.txt is missing, so nothing can be checked."), _AGAIN),
    Flaw.BAD_HASH_LINE: (N_("SHA.txt, line {where}: this is no name and SHA-256."), _AGAIN),
    Flaw.HASH_TWICE: (N_("SHA.txt names {file} twice."), _AGAIN),
    Flaw.WITHOUT_HASH: (N_("{file} is in the package, but not in SHA.txt."), _AGAIN),
    Flaw.WITHOUT_FILE: (N_("SHA.txt names {file}, but the package lacks it."), _AGAIN),
    Flaw.HASH_DIFFERS: (
        N_("{file} is not what SHA.txt says: somebody or something changed it."),
        N_("Download the package again. If it stays so, tell the central database; never go on."),
    ),
    Flaw.NO_UTF8: (N_("The characters of {file} are not UTF-8."), _AGAIN),
    Flaw.NO_JSON: (N_("{file} is no JSON from line {where} on."), _AGAIN),
    Flaw.TOO_DEEP: (N_("{file} is nested deeper than any list."), _ASK),
    Flaw.WRONG_SHAPE: (
        N_("{file} is not built as a list of pupils with sheets ({where})."),
        N_("If the format has changed, tell whoever looks after this program."),
    ),
    Flaw.NO_PERSON: (
        N_("{file}: entry {where} lacks 身分證號 or 出生日期."),
        N_("If they are called otherwise, say so under [package.keys] (bot import columns)."),
    ),
    Flaw.SEVERAL_PARTS: (N_("{file} says that it is several parts at once."), _ASK),
    Flaw.NO_PART: (
        N_("No file of the package is one of the four parts of a receipt statement."),
        N_("If they are called otherwise, say so under [package.parts] (bot import columns)."),
    ),
    Flaw.OTHER_SCHOOL: (
        N_("The package is of school {file}, and this one is {where}."),
        N_("Give this school's package, or choose the other school with --school."),
    ),
    Flaw.OTHER_YEAR: (
        N_("The package is of academic year {file}, and --term is of {where}."),
        N_("Give the term that was submitted."),
    ),
}
"""What is wrong, and what to do about it."""

DEVIANCES = {
    Deviance.NOT_RECEIVED: N_("Submitted, and not in the package: {n}"),
    Deviance.NOT_SUBMITTED: N_("In the package, and in no name list that was exported here: {n}"),
    Deviance.CHANGED: N_("Other than submitted: {n}"),
}

STRANGERS = {
    Reason.NOT_MAPPED: N_(
        "{file}, entries {places}: their identity number is in no row of the file given with "
        "--mapping. Add rows with their 學號"
    ),
    Reason.OTHER_BIRTH_DATE: N_(
        "{file}, entries {places}: the file given with --mapping has another birth date. "
        "Look at both"
    ),
}


def refusal_sentence(refused: PackageRefused, words: Words) -> str:
    """Return why a package is not read, and what to do; nothing was changed."""
    what, way_out = FLAWS[refused.why]
    said = words.say(what, file=refused.file, where=refused.where).strip()
    return words.say("{what} {way_out} Nothing was changed.", what=said, way_out=words.say(way_out))


def lines(package: PackageReport, words: Words) -> Iterator[str]:
    """Give the report line by line: what differs first, then what the import would change."""
    yield from differing(package, words)
    others = [each for each in package.report.problems if each.reason not in ABOUT_PEOPLE]
    _, *rest = showing.lines(replace(package.report, problems=others), words)
    yield from rest


def differing(package: PackageReport, words: Words) -> Iterator[str]:
    """Give what a package holds, how that differs from what was submitted, and whose it is not."""
    yield words.say(
        "{pupils} pupils with {rows} rows", pupils=package.pupils, rows=package.report.rows
    )
    yield from _remarks(package, words)
    yield from _deviations(package, words)
    yield from _doubts(package.later.doubts, words)
    strangers = [each for each in package.report.problems if each.reason in ABOUT_PEOPLE]
    yield from _strangers(strangers, words)


def ending(package: PackageReport, words: Words) -> str:
    """Return how it ended, and what to do next."""
    report = package.report
    if report.ending is Ending.WOULD_WRITE:
        return words.say("Nothing was written yet. To open the round, add --take.")
    if report.ending is Ending.NEEDS_CONSENT:
        return words.say(
            "Nothing was written. If this is meant, add --take --yes-remove {n}.",
            n=report.at_stake,
        )
    return words.say(ENDINGS[report.ending])


def as_data(package: PackageReport, words: Words) -> dict[str, object]:
    """Return the report as plain data; no identity number is in it."""
    return {
        **showing.as_data(package.report, words),
        "pupils": package.pupils,
        "same": package.matched.same,
        "unchanged_pupils": package.later.unchanged,
        "deviations": [
            {
                "deviance": each.deviance,
                "pupil": each.pupil,
                "part": each.part,
                "title": each.title,
                "columns": [list(cells) for cells in each.columns],
            }
            for each in package.matched.deviations
        ],
        "queries": [
            {"id": each.id, "pupil": each.pupil, "state": each.state, "changed": each.changed}
            for each in package.later.doubts
        ],
        "uncompared": list(package.uncompared),
        "absent": list(package.absent),
        "unread": list(package.unread),
        "departed": list(package.departed),
    }


def _remarks(package: PackageReport, words: Words) -> Iterator[str]:
    if package.absent:
        yield words.say(
            "⚠ The package lacks: {parts}. Statements would have no line of it",
            parts=_parts(package.absent, words),
        )
    if package.unread:
        yield words.say(
            "Not read, since no part of a statement: {files}", files="、".join(package.unread)
        )
    if package.uncompared:
        yield words.say(
            "Not compared with what was submitted, since no name list was exported here: {parts}",
            parts=_parts(package.uncompared, words),
        )
    if package.matched.same:
        yield words.count(
            "{n} row is as it was submitted",
            "{n} rows are as they were submitted",
            package.matched.same,
        )
    if package.later.unchanged:
        yield words.count(
            "{n} pupil has the same statement as before and is not asked again",
            "{n} pupils have the same statement as before and are not asked again",
            package.later.unchanged,
        )
    if package.departed:
        yield words.say(
            "Departed, their statement goes by mail: {pupils}", pupils=_some(package.departed)
        )


def _deviations(package: PackageReport, words: Words) -> Iterator[str]:
    for deviance, heading in DEVIANCES.items():
        some = [each for each in package.matched.deviations if each.deviance is deviance]
        if some:
            yield f"⚠ {words.say(heading, n=len(some))}"
            yield from _shown((_deviation(each, words) for each in some), len(some), words)


def _deviation(found: Deviation, words: Words) -> str:
    said = words.say(
        "{pupil} {part} “{title}”",
        pupil=found.pupil,
        part=labels.word(found.part, words),
        title=found.title,
    )
    cells = [
        words.say("{column}: {ours} → {theirs}", column=column, ours=ours, theirs=theirs)
        for column, ours, theirs in found.columns
    ]
    return "　".join([said, *cells])


def _doubts(doubts: Sequence[DoubtNow], words: Words) -> Iterator[str]:
    """Say what became of what was queried; the office settles the open ones in the chat."""
    waiting = [each for each in doubts if each.state is QueryState.OPEN]
    if waiting:
        yield words.say(
            "{n} open queries of earlier rounds. Settle them in the chat, under queries:",
            n=len(waiting),
        )
        yield from _shown((_doubt(each, words) for each in waiting), len(waiting), words)
    same = [each for each in doubts if each.state is QueryState.CORRECTED and not each.changed]
    if same:
        yield words.say("⚠ {n} queries were answered with a correction, and came back unchanged:",
                        n=len(same))  # fmt: skip
        yield from _shown((_doubt(each, words) for each in same), len(same), words)


def _doubt(found: DoubtNow, words: Words) -> str:
    msgid = N_("Query {number} of {pupil}, “{title}”: unchanged")
    if found.changed:
        msgid = N_("Query {number} of {pupil}, “{title}”: its line is another now")
    title = found.title or words.say("A work that the statement lacks")
    return words.say(msgid, number=found.id, pupil=found.pupil, title=title)


def _strangers(problems: Sequence[Problem], words: Words) -> Iterator[str]:
    for reason, msgid in STRANGERS.items():
        files: dict[str, list[int]] = {}
        for each in problems:
            if each.reason is reason:
                files.setdefault(each.place.sheet, []).append(each.place.row)
        for file, places in files.items():
            yield f"✗ {words.say(msgid, file=file, places=ranges(sorted(places)))}"


def _shown(said: Iterable[str], count: int, words: Words) -> Iterator[str]:
    for each in islice(said, MOST_SHOWN):
        yield f"  {each}"
    if count > MOST_SHOWN:
        yield words.say("  … and {n} more (--format json shows all)", n=count - MOST_SHOWN)


def _some(numbers: Sequence[str]) -> str:
    return "、".join(numbers[:MOST_SHOWN]) + ("…" if len(numbers) > MOST_SHOWN else "")


def _parts(parts: Sequence[StatementPart], words: Words) -> str:
    return "、".join(labels.word(each, words) for each in parts)
