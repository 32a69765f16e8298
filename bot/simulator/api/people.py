"""Who is there: profiles, the account itself, and groups."""

from bot.simulator.answers import NOT_FOUND, Answer, Refused, json_answer
from bot.simulator.api.gate import Call
from bot.simulator.state import Chat
from bot.simulator.world import World


def profile(world: World, call: Call) -> Answer:
    """GET /v2/bot/profile/{userId}: 404 for whoever is unknown, no friend, or blocks."""
    user = world.users.get(call.params["user_id"])
    if user is None or not world.chat(call.account, user.user_id).following:
        raise Refused(404, NOT_FOUND)
    return json_answer(
        {"displayName": user.display_name, "userId": user.user_id, "language": user.language}
    )


def info(world: World, call: Call) -> Answer:
    """GET /v2/bot/info."""
    return json_answer(
        {
            "userId": call.account.user_id,
            "basicId": call.account.basic_id,
            "displayName": call.account.name,
            "chatMode": "bot",
            "markAsReadMode": "auto",
        }
    )


def group_summary(world: World, call: Call) -> Answer:
    """GET /v2/bot/group/{groupId}/summary."""
    group = _group(call)
    return json_answer({"groupId": group.chat_id, "groupName": group.group_name})


def group_count(world: World, call: Call) -> Answer:
    """GET /v2/bot/group/{groupId}/members/count: people, without the account itself."""
    return json_answer({"count": len(_group(call).members or ())})


def group_member(world: World, call: Call) -> Answer:
    """GET /v2/bot/group/{groupId}/member/{userId}."""
    user_id = call.params["user_id"]
    if user_id not in (_group(call).members or ()):
        raise Refused(404, NOT_FOUND)
    return json_answer({"displayName": world.users[user_id].display_name, "userId": user_id})


def leave_group(world: World, call: Call) -> Answer:
    """POST /v2/bot/group/{groupId}/leave."""
    group = _group(call)
    group.following = False
    world.publish(call.account, group.chat_id, "state")
    return Answer()


def _group(call: Call) -> Chat:
    group = call.account.chats.get(call.params["group_id"])
    if group is None or not group.is_group or not group.following:
        raise Refused(404, NOT_FOUND)
    return group
