"""How a school words its messages: every sentence checked and drawn before it is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from bot.console import labels as console_labels
from bot.console.caller import absent
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.roles import OFFICE
from bot.console.subjects.deliveries import vocabulary
from bot.console.subjects.messages.drawing import Drawn, drawn
from bot.console.visit import Visit
from bot.i18n import DEFAULT_LOCALE
from bot.line.flex import bubbles, parts, rows
from bot.texts import CUT, fit, fit_label
from handlers.words import Own
from models.queries import wordings
from models.queries.wordings import Kept
from models.rules.wording import Flaw, Problem, problems
from models.vocabulary import NoticeKind
from scheduler.messages import MESSAGES
from scheduler.messages.examples import TO, Case, examples
from scheduler.messages.sentences import Part, Script, Sentence, script

MOST_VERSIONS = 60
LONGEST = {
    Part.TITLE: bubbles.LONGEST_TITLE,
    Part.TEXT: rows.LONGEST_PARAGRAPH,
    Part.LABEL: rows.LONGEST_LABEL,
    Part.BUTTON: parts.LONGEST_LABEL,
}
"""How long a sentence may be with its places filled: LINE's limits are the narrower ones."""

doors = Doors()


@dataclass(frozen=True, slots=True)
class Field:
    """A sentence with what stands in its field, and what is wrong with that."""

    name: str
    sentence: Sentence
    said: str
    problems: tuple[str, ...] = ()

    @property
    def own(self) -> str | None:
        """Return the school's words, None where it says what the product says."""
        is_own = self.said.strip() and self.said != self.sentence.product
        return self.said if is_own else None


@doors.get(f"{IN_SCHOOL}/messages/templates", to=OFFICE)
async def listed(visit: Visit) -> Response:
    """List the kinds of messages by whom they are for."""
    session, school = visit.session, visit.school
    broken = await wordings.broken(session, school.id)
    return visit.page(
        "messages/templates.html",
        duties=list(dict.fromkeys(TO.values())),
        kinds=TO,
        worded=await wordings.worded(session, school.id, DEFAULT_LOCALE),
        broken=sorted({row.kind for row in broken}),
        **vocabulary(visit),
    )


@doors.get(f"{IN_SCHOOL}/messages/templates/{{message}}", to=OFFICE)
async def show(visit: Visit) -> Response:
    """Show every sentence of a message, what it looks like, and its earlier versions."""
    kind = _kind(visit)
    if kind is None:
        return absent(visit)
    kept = await _kept(visit, kind)
    said = script(kind, visit.rulebook, visit.now, visit.words)
    fields = [
        Field(_name(number), each, kept.get(each.msgid, each.product))
        for number, each in enumerate(said.sentences)
    ]
    return await _shown(visit, kind, said, fields)


@doors.post(f"{IN_SCHOOL}/messages/templates/{{message}}", to=OFFICE)
async def change(visit: Visit) -> Response:
    """Draw what was typed, or keep it where nothing is wrong with it."""
    kind = _kind(visit)
    if kind is None:
        return absent(visit)
    said = script(kind, visit.rulebook, visit.now, visit.words)
    fields = [
        _checked(Field(_name(number), each, _typed(visit, number, each)), visit)
        for number, each in enumerate(said.sentences)
    ]
    wrong = any(each.problems for each in fields)
    if wrong or visit.sent.get("turn") != "keep":
        return await _shown(visit, kind, said, fields, status=422 if wrong else 200, typed=True)
    kept = await _kept(visit, kind)
    changed = {
        each.sentence.msgid: each.own
        for each in fields
        if each.own != kept.get(each.sentence.msgid)
    }
    if changed:
        await _keep(visit, kind, changed)
        visit.say("Kept. Messages that leave from now on say it so.")
    else:
        visit.say("Nothing was changed.")
    return visit.go(_path(visit, kind))


@doors.post(f"{IN_SCHOOL}/messages/templates/{{message}}/back", to=OFFICE)
async def go_back(visit: Visit) -> Response:
    """Go back to an earlier version of a sentence, or of all of them to the product's words."""
    kind = _kind(visit)
    if kind is None:
        return absent(visit)
    chosen = str(visit.sent.get("version", ""))
    if chosen == "product":
        await _keep(visit, kind, dict.fromkeys(await _kept(visit, kind)))
        visit.say("This message says what the product says again.")
        return visit.go(_path(visit, kind))
    found = None
    if chosen.isdecimal():
        found = await wordings.version(visit.session, visit.school.id, int(chosen))
    said = script(kind, visit.rulebook, visit.now, visit.words)
    sentence = next((each for each in said.sentences if found and each.msgid == found.msgid), None)
    if found is None or sentence is None or found.kind != kind.value:
        return absent(visit)
    if found.said is not None and list(_sentence_problems(found.said, sentence)):
        visit.say("That version does not fit the product's sentence any more.")
    else:
        await _keep(visit, kind, {found.msgid: found.said})
        visit.say("The earlier version holds again, as a new one.")
    return visit.go(_path(visit, kind))


async def _shown(
    visit: Visit,
    kind: NoticeKind,
    said: Script,
    fields: list[Field],
    *,
    status: int = 200,
    typed: bool = False,
) -> Response:
    versions = await wordings.history(
        visit.session, visit.school.id, kind, DEFAULT_LOCALE, limit=MOST_VERSIONS
    )
    usual = {each.msgid: each for each in said.sentences}
    kept = await _kept(visit, kind)
    return visit.page(
        "messages/template.html",
        status,
        kind=kind,
        fields=fields,
        besides=said.besides,
        drawn=_drawn(visit, kind, fields),
        typed=typed,
        versions=[each for each in versions if each.msgid in usual],
        usual=usual,
        holds=_holding(versions),
        lost=[msgid for msgid in kept if msgid not in usual],
        has_own=bool(kept),
        longest=LONGEST,
        braced=lambda name: _braced(name, visit),
        readable=lambda said, sentence: _readable(said, sentence, visit),
        case=lambda each: console_labels.case(each, visit.words),
        part=lambda each: console_labels.part(each, visit.words),
        **vocabulary(visit),
    )


def _holding(versions: list[Kept]) -> frozenset[int]:
    """Return the versions that hold now: the newest of each sentence."""
    newest: dict[str, int] = {}
    for each in versions:
        newest.setdefault(each.msgid, each.id)
    return frozenset(newest.values())


def _drawn(visit: Visit, kind: NoticeKind, fields: list[Field]) -> dict[Case, Drawn]:
    """Draw a message in what stands in the fields; what cannot be said is said as ever."""
    sentences = {each.sentence.msgid: each.own for each in fields if each.own and not each.problems}
    own = Own({(visit.words.locale, kind.value): sentences} if sentences else {})
    found: dict[Case, Drawn] = {}
    for each in examples(kind, visit.rulebook, visit.now, visit.words):
        scene = replace(each.scene, own=own)
        picture = drawn(MESSAGES[kind](each.saying, scene, scene.worded(kind, visit.words)))
        if picture not in found.values():
            found[each.case] = picture
    return found


def _kind(visit: Visit) -> NoticeKind | None:
    named = visit.request.path_params["message"]
    return next((kind for kind in TO if kind.value == named), None)


def _name(number: int) -> str:
    return f"sentence-{number}"


def _path(visit: Visit, kind: NoticeKind) -> str:
    return visit.to_school(f"/messages/templates/{kind.value}")


def _typed(visit: Visit, number: int, sentence: Sentence) -> str:
    """Return what was typed, with the places by their own names; empty is the product's words."""
    typed = str(visit.sent.get(_name(number), "")).replace("\r\n", "\n").strip()
    for name in sentence.places:
        typed = typed.replace(_braced(name, visit), f"{{{name}}}")
    return typed or sentence.product


def _readable(said: str, sentence: Sentence, visit: Visit) -> str:
    """Return a sentence with its places named as people read them."""
    for name in sentence.places:
        said = said.replace(f"{{{name}}}", _braced(name, visit))
    return said


def _braced(name: str, visit: Visit) -> str:
    return f"{{{console_labels.place(name, visit.words)}}}"


def _checked(field: Field, visit: Visit) -> Field:
    if field.own is None:
        return field
    found = (_told(each, visit) for each in _sentence_problems(field.said, field.sentence))
    return replace(field, problems=tuple(found))


def _sentence_problems(said: str, sentence: Sentence) -> Iterator[Problem]:
    """Yield what is wrong with a wording; its length is looked at once the rest is right."""
    found = list(problems(said, sentence.places, sentence.terms))
    yield from found
    if not found:
        filled, most = said.format_map(sentence.shown), LONGEST[sentence.part]
        cut = fit_label if sentence.part is Part.BUTTON else fit
        if cut(filled, most).endswith(CUT) and not filled.endswith(CUT):
            yield Problem(Flaw.TOO_LONG, (str(len(filled)), str(most)))


async def _kept(visit: Visit, kind: NoticeKind) -> Mapping[str, str]:
    own = await wordings.of_school(visit.session, visit.school)
    return own.get((DEFAULT_LOCALE, kind.value), {})


async def _keep(visit: Visit, kind: NoticeKind, said: Mapping[str, str | None]) -> None:
    if not said:
        return
    numbers = await wordings.keep(
        visit.session,
        visit.school,
        kind,
        DEFAULT_LOCALE,
        said,
        by_id=visit.user.id,
        now=visit.now,
    )
    thing = f"school:{visit.school.id}"
    await visit.record("reworded message", thing, kind=kind.value, versions=list(numbers))


def _told(problem: Problem, visit: Visit) -> str:
    """Say what is wrong, and what to do."""
    say = visit.words.say
    places = "、".join(_braced(name, visit) for name in problem.what)
    what: dict[str, Any] = {"what": "、".join(problem.what)}
    match problem.flaw:
        case Flaw.UNREADABLE:
            return say("The braces do not fit together: each that opens has to close.")
        case Flaw.UNKNOWN_PLACE:
            return say("There is no such place here: {what}. Please take it out.", what=places)
        case Flaw.MISSING_PLACE:
            return say("This must stay in: {what}.", what=places)
        case Flaw.MISSING_TERM:
            return say("The law wants this to be said, so these words must stay: {what}.", **what)
        case Flaw.BANNED:
            return say("No message says this: {what}. Please put it otherwise.", **what)
        case Flaw.NOT_OURS:
            return say("Taiwan says this otherwise: {what}.", **what)
        case Flaw.SIMPLIFIED:
            return say("These are Simplified characters: {what}.", **what)
        case Flaw.TOO_LONG:
            has, most = problem.what
            return say("{n} characters with an example; {most} fit at the most.", n=has, most=most)
