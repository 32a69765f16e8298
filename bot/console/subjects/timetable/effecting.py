"""What a change of the timetable would do, shown before it is saved; and saving it.

What is saved is the very text whose effects were shown, onto the very timetable they were shown
for: both are in a seal that only this installation can make.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hmac import compare_digest

from starlette.responses import Response

from bot.console.roles import OFFICE
from bot.console.subjects.timetable.entrance import AT, doors, sentences
from bot.console.visit import VIA, Visit
from bot.enrolling import bring_up_to_date
from bot.wiring import COUNTED
from handlers.words import N_
from models.queries import budgets, windows
from models.queries.console import timetable as rows
from models.rulebooks import Expected, Problem, Rulebook, RulebookError, load
from models.rules import lawcheck, timetable
from models.rules.lawcheck import Finding, Severity
from models.rules.roc import Term
from models.rules.taipei import day_of
from scheduler.effects import foresee
from scheduler.moving import Order

LONGEST_REASON = 200
AGAIN = "again"
"""What a form says that is only to be shown once more."""
_NOTHING_MISSING = {"reason": "", "read": ""}
NO_REASON = N_("Please say why: the audit keeps it.")


@dataclass(frozen=True, slots=True)
class Again:
    """The way back to what was typed: a page of the school with the fields to post to it."""

    tail: str
    fields: Mapping[str, str]

    @classmethod
    def of(cls, visit: Visit, tail: str) -> "Again":
        """Return the way back to a form with all that it sent."""
        typed = {name: str(value) for name, value in visit.sent.items() if name != "token"}
        return cls(tail, typed | {AGAIN: "1"})


@dataclass(frozen=True, slots=True)
class Judged:
    """What a text says: its rules, or what cannot be read in it; and what the law has against it.

    `known` are the warnings that the timetable as it stands has as well.
    """

    rulebook: Rulebook | None
    problems: Sequence[Problem] = ()
    findings: Sequence[Finding] = ()
    known: frozenset[str] = field(default_factory=frozenset)

    @property
    def errors(self) -> list[Finding]:
        """What the law forbids."""
        return [each for each in self.findings if each.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Finding]:
        """What there is to think about that is new."""
        warned = (each for each in self.findings if each.severity is Severity.WARNING)
        return [each for each in warned if _told(each) not in self.known]

    @property
    def is_sound(self) -> bool:
        """Say whether the text could be taken over."""
        return not self.problems and not self.errors

    def about(self, term: str) -> list[Finding]:
        """Return what is about a term, or with "" what is about none; known warnings left out."""
        return [
            each
            for each in [*self.errors, *self.warnings]
            if term == (str(each.window.term) if each.window else "")
        ]


def plain(text: object) -> str:
    """Return a text as it is kept: browsers send their own ends of lines."""
    return str(text).replace("\r\n", "\n").replace("\r", "\n")


def judge(visit: Visit, text: str) -> Judged:
    """Return what a text says and what the law has against it today; for a school its own code."""
    known = frozenset(map(_told, _findings(visit, visit.rulebook) if visit.at else ()))
    try:
        rulebook = load(text, name=visit.words.say("Text"))
    except RulebookError as error:
        return Judged(None, error.problems, known=known)
    if visit.at and rulebook.code not in (visit.at.code, visit.rulebook.code):
        other = Problem(
            visit.words.say("Text"), 1, "school.code", Expected.SCHOOL_CODE, rulebook.code
        )
        return Judged(None, [other], known=known)
    return Judged(rulebook, (), _findings(visit, rulebook), known)


@doors.post(f"{AT}/save", to=OFFICE)
async def save(visit: Visit) -> Response:
    """Take over what was shown, unless somebody else has changed the timetable meanwhile."""
    await rows.lock(visit.session, visit.school)
    text, reason = plain(visit.sent.get("text", "")), _reason(visit)
    stand = await _stand(visit)
    if not is_sealed(visit, text, stand):
        visit.say(
            "Somebody has changed the timetable since you looked. Nothing was saved: "
            "please look at it as it stands and do it once more."
        )
        return visit.go(visit.to_school("/timetable"))
    judged = judge(visit, text)
    missing = _missing(visit, judged, reason)
    if any(missing.values()) or not judged.is_sound:
        return await show_effects(visit, text, judged, reason=reason, missing=missing)
    order = Order(reason, visit.user.person_id, VIA, {"console_user": visit.user.id})
    taken = await bring_up_to_date(visit.session, visit.school, text, visit.now, order)
    visit.say(
        "Saved: {new} new windows, {moved} deadlines moved, {retired} windows taken out. "
        "Who was told an old date is told the new one.",
        new=taken.new,
        moved=taken.moved,
        retired=taken.retired,
    )
    return visit.go(visit.to_school("/timetable"))


async def show_effects(
    visit: Visit,
    text: str,
    judged: Judged,
    *,
    reason: str = "",
    again: Again | None = None,
    missing: Mapping[str, str] | None = None,
) -> Response:
    """Show what saving a sound text would do, with the button; `again` leads back to the form."""
    sealed = seal(visit, text, await _stand(visit))
    effects = await foresee(visit.session, visit.school, text, visit.now, COUNTED)
    return visit.page(
        "timetable/effects.html",
        422 if missing else 200,
        text=text,
        seal=sealed,
        effects=effects,
        judged=judged,
        why=reason,
        again=again,
        missing=missing or _NOTHING_MISSING,
        now=visit.now,
        months=await budgets.months(visit.session, visit.school.id, visit.now),
        same=text == visit.school.rulebook,
        **sentences(visit, judged.rulebook or visit.rulebook),
    )


def _missing(visit: Visit, judged: Judged, reason: str) -> dict[str, str]:
    """Return what has to be given before anything is saved, by its field; "" where nothing."""
    found = dict(_NOTHING_MISSING)
    if not reason:
        found["reason"] = visit.words.say(NO_REASON)
    if judged.warnings and not visit.sent.get("read"):
        found["read"] = visit.words.say("Please read the warnings and tick here.")
    return found


def _reason(visit: Visit) -> str:
    return str(visit.sent.get("reason", "")).strip()[:LONGEST_REASON]


def _findings(visit: Visit, rulebook: Rulebook) -> tuple[Finding, ...]:
    planned = [each for code in rulebook.terms for each in timetable.derive(rulebook, Term(code))]
    return lawcheck.check(rulebook, planned, on=day_of(visit.now))


def _told(finding: Finding) -> str:
    """Return what tells findings apart."""
    window = finding.window
    where = (str(window.term), window.division, window.grades) if window else ()
    values = sorted((name, str(value)) for name, value in finding.values.items())
    return repr((finding.fault, finding.stage, finding.round, where, values))


async def _stand(visit: Visit) -> str:
    """Return what the timetable stands at: anybody's change of it makes another one."""
    found = await windows.of_school(visit.session, visit.school.id)
    dated = [(each.id, each.window.version, each.window.closes_at) for each in found]
    stand = repr((visit.school.rulebook, dated))
    return hashlib.sha256(stand.encode()).hexdigest()


def seal(visit: Visit, text: str, stand: str) -> str:
    """Return what only this installation can make of a text and what it was shown for."""
    where = visit.at.code if visit.at else ""
    return visit.desk.digest(f"timetable\0{where}\0{stand}\0{text}")


def is_sealed(visit: Visit, text: str, stand: str) -> bool:
    """Say whether a text that comes in is the one that was shown, for what it was shown for."""
    return compare_digest(str(visit.sent.get("seal", "")), seal(visit, text, stand))
