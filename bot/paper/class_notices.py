"""班級通知單: a semester's dates to hang up in a class, with what each window means."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.line.inbox import CHANNEL as LINE
from bot.paper.printing import Press, qr_code
from handlers import deadlines, labels
from handlers.words import Words
from models.queries import rosters, schools
from models.queries.windows import TermWindow
from models.rulebooks import Rulebook
from models.rules.calendar import SchoolCalendar
from models.rules.roc import Term
from models.rules.slips import back_on
from models.rules.taipei import day_of, last_day
from models.tables import School, SchoolClass
from models.vocabulary import ItemKind, Stage


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a notice is for in a year, as its heading says it, and whose rules hold."""

    label: str
    division: str | None
    grade: int | None
    year: int

    def grade_in(self, year: int) -> int | None:
        """Return the grade that they were in then: last year's works are of a lower one."""
        return None if self.grade is None else self.grade - self.year + year


def class_notice(
    press: Press,
    windows: Sequence[TermWindow],
    *,
    audience: Audience,
    term: str,
    rulebook: Rulebook,
    basic_id: str,
    now: datetime,
    words: Words,
) -> bytes:
    """Return the PDF of one A4 page (more where there are many windows), the earliest end first."""
    year, semester = term.split("-")
    data = {
        "locale": words.locale,
        "title": words.say("Learning portfolio: dates"),
        "school": rulebook.name,
        "audience": audience.label,
        "term": words.say("School year {year}, semester {semester}", year=year, semester=semester),
        "windows": [_window(window, audience, rulebook, words) for window in windows],
        "until": words.say("until"),
        "from": words.say("from"),
        "choice": words.say(
            "Whether you upload and what you select is your own decision; to hand in nothing is a "
            "decision too."
        ),
        "help": words.say(
            "No device, no network, or something came up? Speak to the homeroom teacher or the "
            "registrar before the last day."
        ),
        "moved": words.say("Dates can move; the newest stand in LINE: type “timetable”."),
        "join": words.say("Portfolio Bell in LINE: {basic_id}", basic_id=basic_id),
        "qr": qr_code(f"https://line.me/R/ti/p/{basic_id}") if basic_id else "",
        "printed": words.say("Printed {moment}", moment=words.moment(now)),
    }
    return press.print("class_notice", data)


async def notice_of(
    session: AsyncSession,
    school: School,
    room: SchoolClass | None,
    semester: Term,
    *,
    grade: int | None = None,
    division: str | None = None,
    now: datetime,
    words: Words,
) -> Callable[[], bytes] | None:
    """Return what prints a semester's dates for a class, or for a grade and a division.

    None where nothing is to be hung up. Printing takes a moment, and needs no database.
    """
    rulebook = schools.rulebook_of(school)
    grade, division = (room.grade, room.division) if room else (grade, division)
    windows = await rosters.windows_met(
        session,
        school.id,
        semester,
        grade=grade,
        divisions=[division] if division else [known.key for known in rulebook.divisions],
    )
    if not windows:
        return None
    label = audience_label(room.name if room else "", grade, division, rulebook, words)
    return partial(
        class_notice,
        Press(),
        windows,
        audience=Audience(label, division, grade, semester.year),
        term=str(semester),
        rulebook=rulebook,
        basic_id=await schools.basic_id(session, school.id, LINE),
        now=now,
        words=words,
    )


def audience_label(
    class_name: str, grade: int | None, division: str | None, rulebook: Rulebook, words: Words
) -> str:
    """Return whom a notice is for: a class, a grade, a division, or the whole school."""
    if class_name:
        return words.say("Class {class_name}", class_name=labels.room(class_name, words))
    said = [rulebook.label_of(division)] if division else []
    if grade is not None:
        said.append(words.say("Grade {grade}", grade=grade))
    return " ".join(said) or words.say("All classes")


def _window(
    window: TermWindow, audience: Audience, rulebook: Rulebook, words: Words
) -> dict[str, Any]:
    return {
        "stage": window.stage.value,
        "name": deadlines.name_of(words, window),
        "from": words.short_day(day_of(window.opens_at)),
        "until": words.short_day(last_day(window.closes_at)),
        "hour": words.hour_of_deadline(window.closes_at),
        "meaning": _meaning(window, audience, rulebook, words),
        "after": " ".join(
            (_after(window.stage, words), *_slips(window, audience, rulebook, words))
        ),
    }


def _meaning(window: TermWindow, audience: Audience, rulebook: Rulebook, words: Words) -> str:
    """Say what a pupil can do in a window, or what somebody does for them."""
    caps = rulebook.caps_for(audience.division, audience.grade_in(window.term.year))
    match window.stage:
        case Stage.UPLOAD:
            return words.say(
                "Upload course outcomes on the school platform and send them for certification."
            )
        case Stage.CERTIFICATION:
            return words.say(
                "The subject teacher certifies that this pupil made it, in this course; it is not "
                "about marks or quality."
            )
        case Stage.SELECTION:
            return words.say(
                "Select what is submitted: at most {outcomes} certified course outcomes and at "
                "most {performances} diverse performances.",
                outcomes=caps.selected(ItemKind.OUTCOME).at_most,
                performances=caps.selected(ItemKind.PERFORMANCE).at_most,
            )
        case Stage.RECEIPT:
            return words.say(
                "Check whether what the central database received is what you uploaded and "
                "selected; confirm it, or raise a query."
            )
        case Stage.SUBMISSION:
            return words.say("The school submits what was selected to the central database.")


def _slips(
    window: TermWindow, audience: Audience, rulebook: Rulebook, words: Words
) -> Iterator[str]:
    """Say by which day a paper slip is to be back, where the school's rules want one."""
    rule = rulebook.slip_for(
        window.stage,
        semester=window.term.semester,
        grade=audience.grade_in(window.term.year),
        division=audience.division,
    )
    if rule:
        day = back_on(rule, window.closes_at, SchoolCalendar(rulebook.school_days))
        yield words.say("Paper slips are to be back by {day}.", day=words.day(day))


def _after(stage: Stage, words: Words) -> str:
    """Say what follows when a window is over."""
    match stage:
        case Stage.UPLOAD:
            return words.say("After that, nothing more can be uploaded for this semester.")
        case Stage.CERTIFICATION:
            return words.say("Only certified course outcomes can be selected.")
        case Stage.SELECTION:
            return words.say("What is not selected is not submitted.")
        case Stage.RECEIPT:
            return words.say(
                "Without an answer it is deemed confirmed (K12EA letter of 2025, point 6)."
            )
        case Stage.SUBMISSION:
            return words.say("Nothing to do for pupils.")
