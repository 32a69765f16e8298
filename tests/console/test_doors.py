"""Every page and button of the console is open to the roles that are declared, and to nobody else.

`doors.txt` has a row for each door; a new door needs one. What somebody may not see looks like
what is not there.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response

from bot.console import subjects
from bot.console.caller import Caller
from bot.console.doors import Door
from bot.console.lazily import AT
from bot.console.visit import Visit
from models.rules.access import Grant
from models.vocabulary import ConsoleRole
from tests.support.asking import snapshot
from tests.support.consoles import Office, Sitting, opened

DECLARED = Path(__file__).with_name("doors.txt")
ENTERED = 204
KEPT = subjects.kept_doors()
OPEN = subjects.open_doors()
ALL: list[Door[Any]] = [*KEPT, *OPEN]


def declared() -> dict[str, set[str]]:
    """Read the rows: a method, a path, and the roles or `anybody`."""
    rows = [line.split() for line in DECLARED.read_text().splitlines() if line[:1] not in ("#", "")]
    return {f"{method} {path}": set(roles) for method, path, *roles in rows}


@pytest.fixture
async def office(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """Open a console whose doors are the real ones, with nothing behind them."""

    async def enter_visit(_visit: Visit) -> Response:
        return Response(status_code=ENTERED)

    async def enter_caller(_caller: Caller) -> Response:
        return Response(status_code=ENTERED)

    kept = [replace(door, view=enter_visit) for door in KEPT]
    anybody = [replace(door, view=enter_caller) for door in OPEN if door.path != "/sign-in"]
    anybody += [door for door in OPEN if door.path == "/sign-in"]
    monkeypatch.setattr(subjects, "kept_doors", lambda: kept)
    monkeypatch.setattr(subjects, "open_doors", lambda: anybody)
    async with opened(sqlite_url) as found:
        yield found


def path_to(door: Door[Any], school: str) -> str:
    """Return the path of a door at a school; whatever else it names is the first of its kind."""
    return re.sub(r"\{[^}]+\}", "1", door.path.replace("{school}", school))


async def knock(sitting: Sitting, door: Door[Any], school: str) -> int:
    """Ask at a door as its page would; return the status."""
    path = path_to(door, school)
    answer = await (sitting.get(path) if door.method == "GET" else sitting.post(path))
    return answer.status_code


def test_every_door_is_declared_with_its_roles() -> None:
    """The table and the code say the same."""
    found = {door.name: {role.value for role in door.roles} for door in KEPT}
    found |= {door.name: {"anybody"} for door in OPEN}

    assert found == declared()


@pytest.mark.parametrize("role", ConsoleRole)
async def test_a_role_opens_what_is_declared_for_it(office: Office, role: ConsoleRole) -> None:
    """At the own school; at another one, and at none, nothing of a school opens."""
    other = await office.another_school()
    installation_wide = role is ConsoleRole.ADMINISTRATOR
    school = office.cast.school
    sitting = await office.signed_in(Grant(role, None if installation_wide else school.id))
    before = await snapshot(office.store)

    for door in KEPT:
        allowed = role in door.roles
        assert await knock(sitting, door, school.code) == (ENTERED if allowed else 404), door.name
        if door.of_school and not installation_wide:
            assert await knock(sitting, door, other.code) == 404, door.name
            assert await knock(sitting, door, "no-such") == 404, door.name

    assert await snapshot(office.store) == before


async def test_nobody_gets_in_without_signing_in(office: Office) -> None:
    """Whoever is not signed in, has not given the second factor, or has no role, is led away."""
    stranger = office.stranger()
    nobody = await office.signed_in(address="nobody@school.example")

    for door in KEPT:
        assert await knock(stranger, door, office.cast.school.code) == 303, door.name
        assert await knock(nobody, door, office.cast.school.code) == 404, door.name


async def test_forbidden_and_absent_look_the_same(office: Office) -> None:
    """Byte for byte, so that nobody learns which schools there are."""
    other = await office.another_school()
    sitting = await office.registrar()

    forbidden = await sitting.get(f"/s/{other.code}/")
    absent = await sitting.get("/s/no-such/")
    nowhere = await sitting.get("/nowhere")

    assert forbidden.status_code == absent.status_code == nowhere.status_code == 404
    assert forbidden.text == absent.text == nowhere.text


async def test_a_forged_form_is_refused(office: Office) -> None:
    """Without the page's token, with another one, and from another site; whoever is signed in."""
    school = office.cast.school
    wide = {ConsoleRole.ADMINISTRATOR: None}
    everything = [Grant(role, wide.get(role, school.id)) for role in ConsoleRole]
    sitting = await office.signed_in(*everything)
    good = await sitting.guard()
    forgeries: list[tuple[str, dict[str, str]]] = [
        ("", {}),
        ("##0000", {}),
        (good, {"sec-fetch-site": "cross-site"}),
        (good, {"sec-fetch-site": "same-site"}),
    ]
    before = await snapshot(office.store)

    for door in ALL:
        for token, headers in forgeries if door.method == "POST" else ():
            answer = await sitting.http.post(
                AT + path_to(door, school.code), data={"token": token}, headers=headers
            )
            assert answer.status_code == 403, (door.name, token, headers)
    assert await snapshot(office.store) == before


def test_a_door_to_nobody_cannot_be_made() -> None:
    """A page that forgets its roles does not start."""
    with pytest.raises(ValueError, match="open to nobody"):
        subjects.home.doors.get("/forgotten", to=())
