"""Who did what, when, for whom: to be read and to be saved, never to be changed."""

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from bot import anchors, verifying
from bot.console import asked
from bot.console.asked import Values
from bot.console.deeds import deed, thing, way
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.roles import READS_AUDIT
from bot.console.spreadsheets import spreadsheet
from bot.console.visit import Visit
from models.queries import audit
from models.queries.console import audited
from models.queries.console.audited import Entry, Sought
from models.rules.chain import Flaw, FlawKind, Inspection

MOST_ROWS = 50_000
A_STEP = 20_000
"""So many entries are held against their seals before the page says how far it has come."""
MOST_FLAWS = 20
_WALK = "audit_walk"
"""Where the signed cookie keeps how far a check has come."""

doors = Doors()


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the chain was checked, and what was found; `done` of `of` entries.

    `outside` is the furthest place that was seen outside of the database, 0 where none was.
    """

    done: int
    of: int
    unsealed: int
    outside: int
    flaws: tuple[Flaw, ...]
    is_over: bool

    @property
    def is_sound(self) -> bool:
        """Say whether nothing was changed, and the end was seen outside as well."""
        return self.is_over and not self.flaws and (self.outside > 0 or self.of == 0)


@doors.get(f"{IN_SCHOOL}/audit", to=READS_AUDIT)
async def search(visit: Visit) -> Response:
    """Show the audit, the newest first, as far as the filter goes."""
    values = visit.request.query_params
    rows = await audited.entries(
        visit.session,
        visit.school.id,
        _sought(values),
        limit=asked.A_PAGE + 1,
        offset=asked.offset(values),
    )
    known = await audited.deeds(visit.session, visit.school.id)
    return visit.page(
        "audit/audit.html",
        page=asked.page(values, rows),
        users=await _users(visit, rows),
        asked={name: asked.text(values, name) for name in _FILTER},
        deeds=sorted({each for each, _ in known}, key=lambda each: deed(each, visit.words)),
        ways=sorted({via for _, via in known if via}),
        **_vocabulary(visit),
    )


@doors.post(f"{IN_SCHOOL}/audit/export", to=READS_AUDIT)
async def export(visit: Visit) -> Response:
    """Hand out what the filter finds as a file; who took it stands in the audit itself."""
    rows = await audited.entries(
        visit.session, visit.school.id, _sought(visit.sent), limit=MOST_ROWS + 1
    )
    if len(rows) > MOST_ROWS:
        visit.say(
            "That is more than {n} lines: please narrow the search, for example by days.",
            n=MOST_ROWS,
        )
        return visit.go(visit.to_school("/audit"))
    users = await _users(visit, rows)
    await visit.record("exported audit", f"school:{visit.school.id}", rows=len(rows))
    lines = (_line(each, users, visit) for each in rows)
    return spreadsheet("audit", _headings(visit), lines)


@doors.get(f"{IN_SCHOOL}/audit/check", to=READS_AUDIT)
async def check(visit: Visit) -> Response:
    """Hold the next entries of the chain against their seals, and say how far it has come."""
    anew = "on" not in visit.request.query_params
    return visit.page("audit/check.html", checked=await _walked(visit, anew=anew), **_said(visit))


async def _walked(visit: Visit, *, anew: bool) -> Checked:
    """Go on where the last step ended; the signed cookie knows where that was."""
    installation, school_id = visit.desk.installation, visit.school.id
    key = installation.vault.audit_key
    place = anchors.place(installation.settings)
    files = [place] if place is not None and place.exists() else []
    seen = (await asyncio.to_thread(verifying.seen_outside, files, key))[school_id]
    kept = None if anew else visit.cookie.get(_WALK)
    inspection = Inspection(key, seen)
    if kept is not None and kept["school"] == school_id:
        inspection.at, inspection.before = kept["at"], kept["before"]
        inspection.flaws = [Flaw(FlawKind(kind), *places) for kind, *places in kept["flaws"]]
    head = await audit.head(visit.session, school_id)
    is_over = await verifying.walk_on(visit.session, school_id, inspection, most=A_STEP)
    flaws = tuple(inspection.flaws[:MOST_FLAWS])
    if is_over:
        visit.cookie.pop(_WALK, None)
    else:
        visit.cookie[_WALK] = {
            "school": school_id,
            "at": inspection.at,
            "before": inspection.before,
            "flaws": [(each.kind.value, each.first, each.last) for each in flaws],
        }
    waiting = await audit.unsealed(visit.session)
    return Checked(
        inspection.at,
        head.position if head else 0,
        waiting.get(school_id, 0),
        max(seen, default=0),
        flaws,
        is_over,
    )


_FILTER = ("whom", "deed", "via", "since", "until")


def _sought(values: Values) -> Sought:
    return Sought(
        whom=asked.text(values, "whom"),
        deed=asked.text(values, "deed"),
        via=asked.text(values, "via"),
        since=asked.day(values, "since"),
        until=asked.day(values, "until"),
    )


async def _users(visit: Visit, rows: list[Entry]) -> dict[int, str]:
    ids = {each.console_user for each in rows} - {None}
    return await audited.users(visit.session, {each for each in ids if each is not None})


def _who(entry: Entry, users: dict[int, str], visit: Visit) -> str:
    """Return who did it: a person of the school, an account of the console, or nobody."""
    if entry.actor:
        return entry.actor
    known = users.get(entry.console_user or 0)
    return known or visit.words.say("by itself")


def _vocabulary(visit: Visit) -> dict[str, Any]:
    """Return what the templates call things by."""
    words = visit.words
    return {
        "deed": lambda written: deed(written, words),
        "thing": lambda written: thing(written, words),
        "way": lambda via: way(via, words),
        "who": lambda entry, users: _who(entry, users, visit),
    }


def _said(visit: Visit) -> dict[str, Any]:
    return {"sentence": lambda flaw: verifying.sentence(flaw, visit.words)}


def _headings(visit: Visit) -> list[str]:
    say = visit.words.say
    return [
        say("When"),
        say("Who"),
        say("Number"),
        say("Did what"),
        say("About what"),
        say("For whom"),
        say("Number"),
        say("By which way"),
        say("Clause"),
        say("Reason"),
        say("Place in the chain"),
    ]


def _line(entry: Entry, users: dict[int, str], visit: Visit) -> list[str]:
    words = visit.words
    return [
        words.moment(entry.at),
        _who(entry, users, visit),
        entry.actor_number or "",
        deed(entry.deed, words),
        thing(entry.thing, words),
        entry.name or "",
        entry.number or "",
        way(entry.via, words),
        words.say(entry.clause) if entry.clause else "",
        entry.reason,
        str(entry.position or ""),
    ]
