"""What the phone APIs of both messengers tell about all phones: accounts, people, counts, news."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.simulator.listening import Listeners
from bot.simulator.phone.bodies import Json, NotPossible, json_response
from bot.simulator.phone.stream import changes
from bot.simulator.state import Violation

Account = TypeVar("Account")


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """A person in an account's list of people."""

    user_id: str
    name: str
    following: bool
    blocked: bool

    def view(self) -> Json:
        """The person as the phone API shows them."""
        return {
            "userId": self.user_id,
            "displayName": self.name,
            "following": self.following,
            "blocked": self.blocked,
        }


@dataclass(frozen=True, slots=True)
class Overview(Generic[Account]):
    """One messenger's accounts by name, and how it shows and counts them."""

    accounts: Mapping[str, Account]
    listeners: Listeners
    violations: list[Violation]
    view: Callable[[Account], Json]
    meter: Callable[[Account], Json]
    people: Callable[[Account], Iterable[Acquaintance]]

    def routes(self) -> list[Route]:
        """Every route, below /phone."""
        return [
            Route("/phone/accounts", self.list_accounts),
            Route("/phone/stream", self.stream),
            Route("/phone/violations", self.list_violations),
            Route("/phone/{account}/users", self.list_people),
            Route("/phone/{account}/meter", self.count),
        ]

    def find(self, request: Request) -> Account:
        """The account a request names; 404 if there is none."""
        account = self.accounts.get(request.path_params["account"])
        if account is None:
            raise NotPossible(404, "no such account")
        return account

    async def list_accounts(self, _request: Request) -> Response:
        """GET /phone/accounts."""
        return json_response([self.view(account) for account in self.accounts.values()])

    async def list_people(self, request: Request) -> Response:
        """GET /phone/{account}/users?q=&limit=: the first whose name or id holds what is wanted."""
        wanted, most = request.query_params.get("q", ""), request.query_params.get("limit", "50")
        if not most.isdecimal():
            raise NotPossible(400, "limit must be a number")
        found = (
            each.view()
            for each in self.people(self.find(request))
            if wanted in each.name or wanted in each.user_id
        )
        return json_response([view for view, _ in zip(found, range(int(most)), strict=False)])

    async def count(self, request: Request) -> Response:
        """GET /phone/{account}/meter."""
        return json_response(self.meter(self.find(request)))

    async def stream(self, request: Request) -> Response:
        """GET /phone/stream?account=…: Server-Sent Events."""
        lines = changes(
            self.listeners,
            self.accounts,
            lambda name: self.meter(self.accounts[name]),
            request.query_params.get("account"),
        )
        return StreamingResponse(
            lines, media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    async def list_violations(self, _request: Request) -> Response:
        """GET /phone/violations: what a careful client would not have done."""
        return json_response(
            [
                {"account": each.account, "kind": each.kind, "detail": each.detail, "at": each.at}
                for each in self.violations
            ]
        )
