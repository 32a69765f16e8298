"""Editing a timetable: by forms that change single places of the rulebook, or as its text."""

import tomllib
from collections.abc import Mapping
from typing import Any, cast

from starlette.responses import Response

from bot.console.forms import ConsoleForm
from bot.console.roles import OFFICE
from bot.console.subjects.timetable.effecting import (
    AGAIN,
    Again,
    Judged,
    judge,
    plain,
    show_effects,
)
from bot.console.subjects.timetable.entrance import AT, doors, sentences
from bot.console.subjects.timetable.places import Place, changed, places, terms_shown
from bot.console.visit import Visit
from handlers.findings import ANCHORS
from models.rulebooks import Rulebook
from models.rulebooks.values import DATED_ANCHORS
from models.rulebooks.writing import CannotWriteError
from models.rules.taipei import day_of
from models.vocabulary import Stage

_NOTHING: Mapping[str, object] = dict.fromkeys(
    ("round", "semesters", "grades", "divisions", "opens", "lasts_days", "lasts_school_days")
) | {"clause": ""}
"""What an entry of a rulebook may leave out, for the templates."""


@doors.get(f"{AT}/edit", to=OFFICE)
async def show_forms(visit: Visit) -> Response:
    """Show the dates, reminders and rules of the timetable as forms."""
    text, found = _places(visit)
    return _shown(visit, _form(visit, found), judge(visit, text))


@doors.post(f"{AT}/check", to=OFFICE)
async def check(visit: Visit) -> Response:
    """Say beside the fields what the law has against them; a page asks this while one types."""
    text, found = _places(visit)
    form = _form(visit, found)
    new = _written(visit, text, form, found) if form.validate() else None
    return _shown(visit, form, judge(visit, new) if new else None)


@doors.post(f"{AT}/edit", to=OFFICE)
async def look(visit: Visit) -> Response:
    """Show what saving the forms would do, or what is wrong with them."""
    text, found = _places(visit)
    form = _form(visit, found)
    new = _written(visit, text, form, found) if form.validate() else None
    judged = judge(visit, new) if new else None
    if new is None or judged is None or not judged.is_sound:
        return _shown(visit, form, judged, status=422)
    return await show_effects(visit, new, judged, again=Again.of(visit, "/timetable/check"))


@doors.get(f"{AT}/text", to=OFFICE)
async def show_text(visit: Visit) -> Response:
    """Show the whole rulebook as its text."""
    text = plain(visit.school.rulebook)
    return _as_text(visit, text, judge(visit, text))


@doors.post(f"{AT}/text", to=OFFICE)
async def look_at_text(visit: Visit) -> Response:
    """Show what saving a text would do, or on which lines something is wrong."""
    text = plain(visit.sent.get("text", ""))
    judged = judge(visit, text)
    if visit.sent.get(AGAIN):
        return _as_text(visit, text, judged)
    if not judged.is_sound:
        return _as_text(visit, text, judged, status=422)
    return await show_effects(visit, text, judged, again=Again.of(visit, "/timetable/text"))


def _places(visit: Visit) -> tuple[str, list[Place]]:
    text = plain(visit.school.rulebook)
    return text, places(text, visit.rulebook, day_of(visit.now), visit.words)


def _form(visit: Visit, found: list[Place]) -> ConsoleForm:
    """Return a form with the fields of all places."""
    fields = {name: field for each in found for name, field in each.fields.items()}
    given = {name: now for each in found for name, now in each.given.items()}
    form = cast("type[ConsoleForm]", type("PlacesForm", (ConsoleForm,), fields))
    return form(visit, given=given)


def _written(visit: Visit, text: str, form: ConsoleForm, found: list[Place]) -> str | None:
    """Return the text as the form says; where it has to be done by hand, say so: None."""
    try:
        return changed(text, form, found)
    except CannotWriteError:
        visit.say(
            "One of these places is written in a way that the form cannot change: "
            "please change it in the text."
        )
        return None


def _shown(
    visit: Visit, form: ConsoleForm, judged: Judged | None, *, status: int = 200
) -> Response:
    content = tomllib.loads(plain(visit.school.rulebook))
    return visit.page(
        "timetable/edit.html",
        status,
        form=form,
        judged=judged,
        terms=terms_shown(visit.rulebook, day_of(visit.now)),
        published=_published(content, visit.rulebook),
        rules=[_NOTHING | rule for rule in content.get("windows", [])],
        anchors=[(each.value, visit.words.say(ANCHORS[each])) for each in DATED_ANCHORS],
        stages=[each for each in Stage if each is not Stage.SUBMISSION],
        stage_of=Stage,
        **sentences(visit, visit.rulebook),
    )


def _published(content: Mapping[str, Any], rulebook: Rulebook) -> dict[str, list[dict[str, Any]]]:
    """Return the announced dates of each term, with their clauses as people cite them."""
    return {
        term: [
            {**_NOTHING, **entry, "clause": dates.clause or ""}
            for entry, dates in zip(
                own.get("published", []), rulebook.terms[term].published, strict=True
            )
        ]
        for term, own in content.get("terms", {}).items()
    }


def _as_text(visit: Visit, text: str, judged: Judged, *, status: int = 200) -> Response:
    return visit.page(
        "timetable/text.html",
        status,
        text=text,
        judged=judged,
        **sentences(visit, judged.rulebook or visit.rulebook),
    )
