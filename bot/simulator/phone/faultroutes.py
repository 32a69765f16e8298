"""Faults over HTTP: POST, GET and DELETE /faults."""

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.simulator.faults import Faults
from bot.simulator.phone.bodies import NotPossible

LATEST = 100


class FaultSwitch:
    """Turns faults on and off while a world runs."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def routes(self) -> list[Route]:
        """The same three at /faults and at /phone/faults."""
        return [
            Route(path, endpoint, methods=[method])
            for path in ("/faults", "/phone/faults")
            for method, endpoint in (("GET", self.read), ("POST", self.add), ("DELETE", self.clear))
        ]

    async def read(self, _request: Request) -> Response:
        """The plans in force, what struck lately, and the kinds there are."""
        return self._answer()

    async def add(self, request: Request) -> Response:
        """{"kind", "times"? or "rate"?, "path"?, "milliseconds"?, "seed"?}."""
        try:
            wanted = orjson.loads(await request.body())
            seed = wanted.pop("seed", None)
            self._faults.add(wanted.pop("kind", ""), **wanted)
        except (ValueError, TypeError, AttributeError) as error:
            raise NotPossible(400, str(error)) from None
        if seed is not None:
            self._faults.reseed(seed)
        return self._answer()

    async def clear(self, _request: Request) -> Response:
        """Let everything work again."""
        self._faults.clear()
        return self._answer()

    def _answer(self) -> Response:
        body = {
            "faults": [plan.as_json() for plan in self._faults.plans],
            "struck": self._faults.struck[-LATEST:],
            "kinds": self._faults.kinds,
        }
        return Response(orjson.dumps(body), media_type="application/json")
