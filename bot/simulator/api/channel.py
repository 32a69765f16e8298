"""The channel's own settings: where webhooks go, and a trial of that address."""

from bot.simulator.answers import Answer, invalid_property, json_answer
from bot.simulator.api.gate import Call
from bot.simulator.delivery import Deliveries
from bot.simulator.validation.problems import is_secure
from bot.simulator.world import World

LONGEST_ENDPOINT = 500


def endpoint(world: World, call: Call) -> Answer:
    """GET /v2/bot/channel/webhook/endpoint."""
    return json_answer({"endpoint": call.account.webhook_url, "active": True})


def set_endpoint(world: World, call: Call) -> Answer:
    """PUT /v2/bot/channel/webhook/endpoint."""
    call.account.webhook_url = _url(call.json.get("endpoint"))
    return Answer()


class AddressTrial:
    """POST /v2/bot/channel/webhook/test: sends a webhook without events and tells what came."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries

    async def __call__(self, world: World, call: Call) -> Answer:
        """Try the address in the body, or the one that is set."""
        given = call.json.get("endpoint") if call.raw else None
        url = call.account.webhook_url if given is None else _url(given)
        outcome = await self._deliveries.try_address(call.account, url)
        return json_answer(
            {
                "success": outcome.accepted,
                "timestamp": world.now().isoformat(),
                "statusCode": outcome.status or 0,
                "reason": outcome.reason,
                "detail": str(outcome.status or outcome.reason),
            }
        )


def _url(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_ENDPOINT or not is_secure(value):
        raise invalid_property("'endpoint'")
    return value
