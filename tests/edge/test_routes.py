"""Who may ask which address for what: a new route needs a row here (E2)."""

import pytest
from starlette.routing import Mount, Route

from bot.app import routes
from tests.support.asking import snapshot
from tests.support.doorstep import at_the_door, signature
from tests.support.stage import MONDAY

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
ANYBODY = {
    "/line/{school_code}": {"POST": 401},
    "/telegram/{school_code}": {"POST": 401},
    "/calendar/{token}.ics": {"GET": 404, "HEAD": 404},
    "/calendar/{school_code}/{token}.ics": {"GET": 404, "HEAD": 404},
    "/calendar/{token}": {"GET": 404, "HEAD": 404},
    "/calendar/{school_code}/{token}": {"GET": 404, "HEAD": 404},
    "/timetable/{school_code}.ics": {"GET": 404, "HEAD": 404},
    "/timetable/{school_code}": {"GET": 404, "HEAD": 404},
    "/healthz": {"GET": 503, "HEAD": 503},
    "/readyz": {"GET": 200, "HEAD": 200},
}
"""What somebody without a signature is answered; every other method is refused with 405.

No scheduler has ticked here, so the installation calls itself unwell.
"""


async def test_every_route_has_its_row(sqlite_url: str) -> None:
    """The product serves what is declared, and nothing else."""
    async with at_the_door(sqlite_url, MONDAY) as door:
        served = routes(door.installation)

        assert {route.path for route in served if isinstance(route, Route)} == set(ANYBODY)
        assert {each.path for each in served if isinstance(each, Mount)} == {"/console"}
        assert len(served) == len(ANYBODY) + 1


@pytest.mark.parametrize("path", ANYBODY)
async def test_a_stranger_is_answered_as_declared(sqlite_url: str, path: str) -> None:
    """By every method, for a school that is there and for one that is not, and nothing changes."""
    async with at_the_door(sqlite_url, MONDAY) as door:
        before = await snapshot(door.installation.store)
        for method in METHODS:
            for code in (door.cast.school.code, "absent", "%2e%2e", "A" * 2_000):
                given = await door.asks(path.replace("{school_code}", code), method=method)

                assert given == ANYBODY[path].get(method, 405), (method, code)
        assert await snapshot(door.installation.store) == before


async def test_another_schools_secret_opens_nothing(sqlite_url: str) -> None:
    """A signature of somebody else's is worth as much as none."""
    body = b'{"events":[]}'
    async with at_the_door(sqlite_url, MONDAY) as door:
        foreign = [(b"x-line-signature", signature(body, "the secret of another school"))]

        assert await door.asks(door.path, body, foreign) == 401
        assert (
            await door.asks("/line/absent", body, [(b"x-line-signature", signature(body))]) == 401
        )
