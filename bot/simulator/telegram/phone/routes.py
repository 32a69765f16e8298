"""The phone API over HTTP."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.simulator.carrying import Outcome
from bot.simulator.phone.bodies import Json, NotPossible, body_of, json_response, text_of
from bot.simulator.phone.overview import Overview
from bot.simulator.telegram.delivery import Updates
from bot.simulator.telegram.phone.acting import Deed, Update, add_bot
from bot.simulator.telegram.phone.reading import acquaintances, bot_view, chat_view, meter
from bot.simulator.telegram.state import Bot, Chat
from bot.simulator.telegram.world import TelegramWorld

DEEDS: dict[str, Callable[[Deed, Json], list[Update]]] = {
    "start": Deed.start,
    "text": Deed.text,
    "tap": Deed.tap,
    "sticker": Deed.sticker,
    "photo": Deed.photo,
    "document": Deed.document,
    "location": Deed.location,
    "delete": Deed.delete,
    "block": Deed.block,
    "unblock": Deed.unblock,
    "members": Deed.members,
    "migrate": Deed.migrate,
    "event": Deed.raw,
}
ALWAYS = ("start", "unblock", "event")


class Phone:
    """The endpoints of the phone API over one world."""

    def __init__(self, world: TelegramWorld, updates: Updates) -> None:
        self._world = world
        self._updates = updates
        self._taken: dict[str, Json] = {}
        self._overview = Overview(
            world.bots,
            world.listeners,
            world.violations,
            bot_view,
            partial(meter, world),
            partial(acquaintances, world),
        )

    def routes(self) -> list[Route]:
        """Every route, below /phone."""
        own = "/phone/{account}"
        chat = own + "/{chat_id}"
        return [
            *self._overview.routes(),
            Route("/phone/redeliver", self.redeliver, methods=["POST"]),
            Route(f"{own}/users", self.add_user, methods=["POST"]),
            Route(f"{own}/repeat", self.repeat, methods=["POST"]),
            Route(f"{own}/groups", self.add_group, methods=["POST"]),
            Route(chat, self.chat),
            *(
                Route(f"{chat}/{name}", self._doing(name), methods=["POST"], name=name)
                for name in DEEDS
            ),
        ]

    async def add_user(self, request: Request) -> Response:
        """POST /phone/{bot}/users {"displayName", "userId"?, "language"?}."""
        self._overview.find(request)
        body = await body_of(request)
        user = self._world.add_user(
            text_of(body, "displayName"), body.get("userId"), body.get("language", "zh-hant")
        )
        return json_response({"userId": str(user.user_id)})

    async def chat(self, request: Request) -> Response:
        """GET /phone/{bot}/{chatId}?by=: in a group, as this member sees it."""
        bot, chat = self._bot_and_chat(request)
        by = _person(chat, request.query_params.get("by"))
        return json_response(chat_view(self._world, bot, chat, by))

    async def repeat(self, request: Request) -> Response:
        """POST /phone/{bot}/repeat: bring the newest update once more, as it was."""
        bot = self._overview.find(request)
        if bot.account not in self._taken or not bot.hook.url:
            raise NotPossible(409, "no update went to a webhook yet")
        update = self._taken[bot.account]
        return json_response(_told(update["update_id"], await self._updates.repeat(bot, update)))

    async def add_group(self, request: Request) -> Response:
        """POST /phone/{bot}/groups {"name", "members", "old"?}: the first member adds the bot."""
        bot, body = self._overview.find(request), await body_of(request)
        members = [int(each) for each in body.get("members", ()) if str(each).isdecimal()]
        members = [user_id for user_id in members if user_id in self._world.users]
        if not members:
            raise NotPossible(400, "members names nobody")
        group = self._world.add_group(
            bot, str(body.get("name", "")), members, old=bool(body.get("old"))
        )
        answer = await self._carry(bot, add_bot(self._world, bot, group, members[0]))
        return json_response({"groupId": str(group.chat_id), **answer})

    async def redeliver(self, _request: Request) -> Response:
        """POST /phone/redeliver: try at once every update that waits."""
        outcomes = await self._updates.redeliver()
        return json_response([_told(None, outcome) for outcome in outcomes])

    def _doing(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            bot, chat = self._bot_and_chat(request)
            body = await body_of(request)
            if name not in ALWAYS and not chat.is_open:
                raise NotPossible(409, "this chat is closed: not started, blocked, or left")
            by = _person(chat, body.get("by"))
            deed = Deed(self._world, bot, chat, by)
            return json_response(await self._carry(bot, DEEDS[name](deed, body)))

        return endpoint

    async def _carry(self, bot: Bot, updates: list[Update]) -> Json:
        """Hand over what a deed made; the answer tells of the last, as one update mostly is all."""
        answer = _told(None, Outcome(None, "not_told"))
        for update in updates:
            number, outcome = await self._updates.send(bot, update.kind, update.body, update.queue)
            answer = _told(number, outcome)
            if outcome.accepted and number is not None:
                self._taken[bot.account] = {"update_id": number, update.kind: update.body}
        return answer

    def _bot_and_chat(self, request: Request) -> tuple[Bot, Chat]:
        bot, chat_id = self._overview.find(request), request.path_params["chat_id"]
        known = chat_id.lstrip("-").isdecimal() and self._world.knows(bot, int(chat_id))
        if not known:
            raise NotPossible(404, "no such person or group")
        return bot, self._world.chat(bot, int(chat_id))


def _person(chat: Chat, by: object) -> int:
    """Who acts: the person of a private chat, or a member of a group (without a name the first)."""
    if chat.members is None:
        return chat.chat_id
    if by is None:
        return chat.members[0]
    if not str(by).isdecimal() or int(str(by)) not in chat.members:
        raise NotPossible(400, "by must name a member of the group")
    return int(str(by))


def _told(update_id: int | None, outcome: Outcome) -> Json:
    return {"updateId": update_id, "delivered": outcome.accepted, "status": outcome.status}
