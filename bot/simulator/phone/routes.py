"""The phone API over HTTP."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.simulator.delivery import Deliveries
from bot.simulator.phone.acting import Deed
from bot.simulator.phone.bodies import NotPossible, body_of, json_response
from bot.simulator.phone.overview import Overview
from bot.simulator.phone.reading import account_view, acquaintances, chat_view, meter
from bot.simulator.state import Chat, Json, OfficialAccount
from bot.simulator.world import World

Endpoint = Callable[[Request], Awaitable[Response]]

# What a JSON body describes; a picture comes as bytes and has a route of its own.
DEEDS: dict[str, Callable[[Deed, Json], list[Json]]] = {
    "text": Deed.text,
    "sticker": Deed.sticker,
    "location": Deed.location,
    "video": Deed.video,
    "audio": Deed.audio,
    "file": Deed.file,
    "postback": Deed.postback,
    "unsend": Deed.unsend,
    "follow": Deed.follow,
    "unfollow": Deed.unfollow,
    "members": Deed.members,
    "event": Deed.raw,
}


class Phone:
    """The endpoints of the phone API over one world."""

    def __init__(self, world: World, deliveries: Deliveries) -> None:
        self._world = world
        self._deliveries = deliveries
        self._overview = Overview(
            world.accounts,
            world.listeners,
            world.violations,
            account_view,
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
            Route(f"{own}/settings", self.settings, methods=["POST"]),
            Route(f"{own}/groups", self.add_group, methods=["POST"]),
            Route(f"{own}/content/{{message_id}}", self.content),
            Route(f"{own}/richmenus/{{rich_menu_id}}/image", self.rich_menu_image),
            Route(chat, self.chat),
            Route(f"{chat}/image", self.send_image, methods=["POST"]),
            *(
                Route(f"{chat}/{name}", self._doing(name), methods=["POST"], name=name)
                for name in DEEDS
            ),
        ]

    async def add_user(self, request: Request) -> Response:
        """POST /phone/{account}/users {"displayName", "userId"?, "language"?}."""
        self._overview.find(request)
        body = await body_of(request)
        name = body.get("displayName")
        if not isinstance(name, str) or not name:
            raise NotPossible(400, "displayName must be a text")
        user_id = body.get("userId") or f"U{self._world.ids.token()}"
        self._world.add_user(user_id, name, body.get("language", "zh-Hant"))
        return json_response({"userId": user_id})

    async def chat(self, request: Request) -> Response:
        """GET /phone/{account}/{userId}."""
        account, chat = self._account_and_chat(request)
        prefix = request.scope.get("root_path", "")
        return json_response(chat_view(self._world, account, chat, prefix))

    async def settings(self, request: Request) -> Response:
        """POST /phone/{account}/settings {"quota"?, "redelivery"?, "webhookUrl"?}."""
        account, body = self._overview.find(request), await body_of(request)
        account.quota = body.get("quota", account.quota)
        account.redelivery = bool(body.get("redelivery", account.redelivery))
        account.webhook_url = body.get("webhookUrl", account.webhook_url)
        return json_response(meter(self._world, account))

    async def add_group(self, request: Request) -> Response:
        """POST /phone/{account}/groups {"name", "members"}: the account is invited at once."""
        account, body = self._overview.find(request), await body_of(request)
        members = [user_id for user_id in body.get("members", ()) if user_id in self._world.users]
        group = self._world.add_group(account, str(body.get("name", "")), members)
        answer = await self._carry(account, Deed(self._world, account, group, None).follow({}))
        return json_response({"groupId": group.chat_id, **answer})

    async def send_image(self, request: Request) -> Response:
        """POST /phone/{account}/{userId}/image: the picture itself, or nothing for a sample."""
        account, chat = self._account_and_chat(request)
        content_type = request.headers.get("content-type", "image/jpeg")
        by = request.query_params.get("by")
        picture = await request.body()
        if content_type.startswith("application/json"):
            by, picture = (await body_of(request)).get("by", by), b""
        deed = self._deed(account, chat, "image", by)
        return json_response(await self._carry(account, deed.image(picture, content_type)))

    async def content(self, request: Request) -> Response:
        """GET /phone/{account}/content/{messageId}: what a person sent, for their own screen."""
        key = (request.path_params["account"], request.path_params["message_id"])
        content = self._world.contents.get(key)
        if content is None or content.unsent:
            raise NotPossible(404, "no such content")
        return Response(content.data, media_type=content.content_type)

    async def rich_menu_image(self, request: Request) -> Response:
        """GET /phone/{account}/richmenus/{richMenuId}/image."""
        menu = self._overview.find(request).rich_menus.get(request.path_params["rich_menu_id"])
        if menu is None or menu.image is None:
            raise NotPossible(404, "no such picture")
        return Response(menu.image, media_type=menu.image_type)

    async def redeliver(self, _request: Request) -> Response:
        """POST /phone/redeliver: try at once every webhook that waits for it."""
        outcomes = await self._deliveries.redeliver()
        return json_response(
            [{"delivered": each.accepted, "status": each.status} for each in outcomes]
        )

    def _doing(self, name: str) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            account, chat = self._account_and_chat(request)
            body = await body_of(request)
            deed = self._deed(account, chat, name, body.get("by"))
            return json_response(await self._carry(account, DEEDS[name](deed, body)))

        return endpoint

    def _deed(self, account: OfficialAccount, chat: Chat, name: str, by: str | None) -> Deed:
        """A person at work, unless they block the account or are not in the group."""
        if name != "follow" and (chat.blocked or (chat.is_group and not chat.following)):
            raise NotPossible(409, "this chat is closed: the account is blocked or has left")
        if chat.members is not None and by is not None and by not in chat.members:
            raise NotPossible(400, "by must name a member of the group")
        return Deed(self._world, account, chat, by)

    async def _carry(self, account: OfficialAccount, events: list[Json]) -> Json:
        outcome = await self._deliveries.send(account, events)
        return {
            "webhookEventId": events[0].get("webhookEventId"),
            "delivered": outcome.accepted,
            "status": outcome.status,
        }

    def _account_and_chat(self, request: Request) -> tuple[OfficialAccount, Chat]:
        account, chat_id = self._overview.find(request), request.path_params["chat_id"]
        if not self._world.knows(account, chat_id):
            raise NotPossible(404, "no such person or group")
        return account, self._world.chat(account, chat_id)
