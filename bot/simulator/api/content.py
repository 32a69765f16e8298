"""Pictures and files that people sent, served on the data host."""

from bot.simulator.answers import NOT_FOUND, Answer, Refused, json_answer
from bot.simulator.api.gate import Call
from bot.simulator.state import Content
from bot.simulator.world import World


def download(world: World, call: Call) -> Answer:
    """GET /v2/bot/message/{messageId}/content: 202 while LINE still prepares it, 410 unsent."""
    content = _content(world, call)
    if not content.ready:
        return Answer(202)
    return Answer(200, content.data, content.content_type)


def transcoding(world: World, call: Call) -> Answer:
    """GET /v2/bot/message/{messageId}/content/transcoding."""
    status = "succeeded" if _content(world, call).ready else "processing"
    return json_answer({"status": status})


def _content(world: World, call: Call) -> Content:
    content = world.contents.get((call.account.channel_id, call.params["message_id"]))
    if content is None:
        raise Refused(404, NOT_FOUND)
    if content.unsent:
        raise Refused(410, "The content is gone")
    return content
