"""Every endpoint of the Messaging API that is kept, the busiest first."""

from starlette.routing import Route

from bot.simulator.api import channel, content, messages, people, richmenus
from bot.simulator.api.gate import Gate, Handler
from bot.simulator.delivery import Deliveries
from bot.simulator.world import World

ENDPOINTS: dict[str, Handler] = {
    "POST /v2/bot/message/push": messages.push,
    "POST /v2/bot/message/reply": messages.reply,
    "POST /v2/bot/message/multicast": messages.multicast,
    "POST /v2/bot/chat/loading/start": messages.start_loading,
    "POST /v2/bot/chat/markAsRead": messages.mark_as_read,
    "POST /v2/bot/message/validate/reply": messages.validate,
    "POST /v2/bot/message/validate/push": messages.validate,
    "POST /v2/bot/message/validate/multicast": messages.validate,
    "GET /v2/bot/message/quota": messages.quota,
    "GET /v2/bot/message/quota/consumption": messages.consumption,
    "GET /v2/bot/message/{message_id}/content": content.download,
    "GET /v2/bot/message/{message_id}/content/preview": content.download,
    "GET /v2/bot/message/{message_id}/content/transcoding": content.transcoding,
    "GET /v2/bot/profile/{user_id}": people.profile,
    "GET /v2/bot/info": people.info,
    "GET /v2/bot/group/{group_id}/summary": people.group_summary,
    "GET /v2/bot/group/{group_id}/members/count": people.group_count,
    "GET /v2/bot/group/{group_id}/member/{user_id}": people.group_member,
    "POST /v2/bot/group/{group_id}/leave": people.leave_group,
    "GET /v2/bot/channel/webhook/endpoint": channel.endpoint,
    "PUT /v2/bot/channel/webhook/endpoint": channel.set_endpoint,
    "POST /v2/bot/richmenu": richmenus.create,
    "POST /v2/bot/richmenu/validate": richmenus.validate,
    "GET /v2/bot/richmenu/list": richmenus.read_all,
    "POST /v2/bot/richmenu/bulk/link": richmenus.bulk_link,
    "POST /v2/bot/richmenu/bulk/unlink": richmenus.bulk_unlink,
    "POST /v2/bot/richmenu/alias": richmenus.create_alias,
    "GET /v2/bot/richmenu/alias/list": richmenus.read_aliases,
    "GET /v2/bot/richmenu/alias/{alias}": richmenus.read_alias,
    "POST /v2/bot/richmenu/alias/{alias}": richmenus.update_alias,
    "DELETE /v2/bot/richmenu/alias/{alias}": richmenus.delete_alias,
    "GET /v2/bot/richmenu/{rich_menu_id}": richmenus.read,
    "DELETE /v2/bot/richmenu/{rich_menu_id}": richmenus.delete,
    "POST /v2/bot/richmenu/{rich_menu_id}/content": richmenus.upload_image,
    "GET /v2/bot/richmenu/{rich_menu_id}/content": richmenus.download_image,
    "GET /v2/bot/user/all/richmenu": richmenus.read_default,
    "DELETE /v2/bot/user/all/richmenu": richmenus.clear_default,
    "POST /v2/bot/user/all/richmenu/{rich_menu_id}": richmenus.set_default,
    "GET /v2/bot/user/{user_id}/richmenu": richmenus.read_link,
    "DELETE /v2/bot/user/{user_id}/richmenu": richmenus.unlink,
    "POST /v2/bot/user/{user_id}/richmenu/{rich_menu_id}": richmenus.link,
}


def api_routes(world: World, deliveries: Deliveries) -> list[Route]:
    """A route for each endpoint, behind the gate."""
    endpoints: dict[str, Handler] = {
        **ENDPOINTS,
        "POST /v2/bot/channel/webhook/test": channel.AddressTrial(deliveries),
    }
    routes = []
    for endpoint, handler in endpoints.items():
        method, _, path = endpoint.partition(" ")
        routes.append(Route(path, Gate(world, endpoint, handler), methods=[method]))
    return routes
