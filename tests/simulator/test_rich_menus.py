"""Rich menus: made once, given a picture once, shown to all or to one."""

import io
from typing import Any

import pytest
from linebot.v3.messaging import AsyncMessagingApiBlob, RichMenuRequest
from PIL import Image

from tests.simulator.line import CHANNEL, LIN, WANG, Line

SIZE = {"width": 1200, "height": 405}
MENU = {
    "size": SIZE,
    "selected": True,
    "name": "pupil",
    "chatBarText": "歷程選單",
    "areas": [
        {
            "bounds": {"x": 0, "y": 0, "width": 600, "height": 405},
            "action": {"type": "postback", "label": "我的", "data": "home"},
        }
    ],
}


def picture(form: str = "PNG", width: int = 1200, height: int = 405) -> bytes:
    """A picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "#06c755").save(buffer, form)
    return buffer.getvalue()


async def made(line: Line, *, drawn: bool = True) -> str:
    """A new menu, with its picture unless told otherwise."""
    _, body, _ = await line.call("POST", "/v2/bot/richmenu", MENU)
    rich_menu_id: str = body["richMenuId"]
    if drawn:
        assert await upload(line, rich_menu_id, picture(), "image/png") == 200
    return rich_menu_id


async def upload(line: Line, rich_menu_id: str, image: bytes, content_type: str) -> int:
    """The status of uploading a picture."""
    path = f"/v2/bot/richmenu/{rich_menu_id}/content"
    status, _, _ = await line.call(
        "POST", path, io.BytesIO(image), **{"content-type": content_type}
    )
    return int(status)


async def seen(line: Line, user_id: str = WANG) -> Any:
    """The menu on a person's phone, by id."""
    menu = (await line.look(user_id))["richMenu"]
    return menu and menu["richMenuId"]


async def test_the_sdk_makes_a_menu_with_a_picture_for_everybody(line: Line) -> None:
    """Created, uploaded and set as default by the SDK; the phone shows it and its picture."""
    menu_id = (await line.api.create_rich_menu(RichMenuRequest.from_dict(MENU))).rich_menu_id
    blob = AsyncMessagingApiBlob(line.api.api_client)
    await blob.set_rich_menu_image(
        menu_id, bytearray(picture()), _headers={"Content-Type": "image/png"}
    )
    await line.api.set_default_rich_menu(menu_id)
    menu = (await line.look())["richMenu"]
    assert (menu["richMenuId"], menu["size"], menu["chatBarText"]) == (menu_id, SIZE, "歷程選單")
    assert menu["areas"] == MENU["areas"]
    status, image, headers = await line.call("GET", menu["imageUrl"])
    assert (status, image, headers["content-type"]) == (200, picture(), "image/png")
    assert (await line.api.get_default_rich_menu_id()).rich_menu_id == menu_id
    assert [each.rich_menu_id for each in (await line.api.get_rich_menu_list()).richmenus] == [
        menu_id
    ]


async def test_a_persons_own_menu_comes_before_the_default(line: Line) -> None:
    """Linked at once, and back to the default when unlinked or deleted."""
    default, own = await made(line), await made(line)
    await line.call("POST", f"/v2/bot/user/all/richmenu/{default}")
    await line.call("POST", f"/v2/bot/user/{WANG}/richmenu/{own}")
    assert (await seen(line), await seen(line, LIN)) == (own, default)
    assert (await line.api.get_rich_menu_id_of_user(WANG)).rich_menu_id == own
    await line.call("DELETE", f"/v2/bot/user/{WANG}/richmenu")
    assert await seen(line) == default
    await line.call("POST", f"/v2/bot/user/{WANG}/richmenu/{own}")
    await line.call("DELETE", f"/v2/bot/richmenu/{own}")
    assert await seen(line) == default
    assert (await line.call("GET", f"/v2/bot/user/{WANG}/richmenu"))[0] == 404


async def test_a_menu_without_a_picture_cannot_be_shown(line: Line) -> None:
    """400 for everybody and for one; 404 for a menu that does not exist."""
    bare = await made(line, drawn=False)
    for whom in ("all", WANG):
        assert (await line.call("POST", f"/v2/bot/user/{whom}/richmenu/{bare}"))[0] == 400
        assert (await line.call("POST", f"/v2/bot/user/{whom}/richmenu/none"))[0] == 404


@pytest.mark.parametrize(
    ("image", "content_type", "status"),
    [
        (picture("JPEG"), "image/jpeg", 200),
        (picture("PNG"), "image/jpeg", 400),
        (picture("GIF"), "image/png", 400),
        (b"no picture", "image/png", 400),
        (picture(width=1199), "image/png", 400),
        (picture("GIF"), "image/gif", 415),
        (picture() + b"\x00" * (1024 * 1024 - len(picture())), "image/png", 200),
        (picture() + b"\x00" * (1024 * 1024 - len(picture()) + 1), "image/png", 400),
    ],
    ids=["jpeg", "lying type", "gif", "noise", "wrong size", "gif type", "1 MB", "1 MB and 1"],
)
async def test_a_picture_is_checked(
    line: Line, image: bytes, content_type: str, status: int
) -> None:
    """JPEG or PNG of the menu's own size and at most a megabyte."""
    assert await upload(line, await made(line, drawn=False), image, content_type) == status


async def test_a_picture_cannot_be_replaced(line: Line) -> None:
    """The second upload is refused."""
    assert await upload(line, await made(line), picture(), "image/png") == 400


async def test_linking_somebody_who_blocks_does_nothing(line: Line) -> None:
    """200, and no menu after unblocking."""
    menu = await made(line)
    await line.do("unfollow")
    assert (await line.call("POST", f"/v2/bot/user/{WANG}/richmenu/{menu}"))[0] == 200
    await line.do("follow")
    assert await seen(line) is None


async def test_many_people_are_linked_at_once(line: Line) -> None:
    """Up to 500 in a call, answered 202."""
    menu = await made(line)
    body = {"richMenuId": menu, "userIds": [WANG, LIN]}
    assert (await line.call("POST", "/v2/bot/richmenu/bulk/link", body))[0] == 202
    assert [await seen(line), await seen(line, LIN)] == [menu, menu]
    body = {"userIds": [LIN]}
    assert (await line.call("POST", "/v2/bot/richmenu/bulk/unlink", body))[0] == 202
    assert [await seen(line), await seen(line, LIN)] == [menu, None]
    body = {"richMenuId": menu, "userIds": [WANG] * 501}
    assert (await line.call("POST", "/v2/bot/richmenu/bulk/link", body))[0] == 400


async def test_a_menu_switch_happens_on_the_phone_and_is_told(line: Line) -> None:
    """The alias decides which menu comes; an unknown alias is told as such."""
    first, second = await made(line), await made(line)
    body = {"richMenuAliasId": "teacher", "richMenuId": first}
    assert (await line.call("POST", "/v2/bot/richmenu/alias", body))[0] == 200
    assert (await line.call("POST", "/v2/bot/richmenu/alias", body))[0] == 400
    path = "/v2/bot/richmenu/alias/teacher"
    assert (await line.call("POST", path, {"richMenuId": second}))[0] == 200
    await line.do("postback", data="switch", params={"newRichMenuAliasId": "teacher"})
    assert await seen(line) == second
    assert line.bot.events[-1]["postback"]["params"]["status"] == "SUCCESS"
    assert (await line.call("DELETE", path))[0] == 200
    assert (await line.call("GET", path))[0] == 404
    await line.do("postback", data="switch", params={"newRichMenuAliasId": "teacher"})
    assert line.bot.events[-1]["postback"]["params"]["status"] == "RICHMENU_ALIAS_ID_NOTFOUND"
    _, meter, _ = await line.call("GET", f"/phone/{CHANNEL}/meter")
    assert meter["apiCalls"]["/v2/bot/richmenu/alias/{alias}"] == 3


async def test_a_menu_is_checked_before_it_is_made(line: Line) -> None:
    """Validate and create refuse the same things; only create makes anything."""
    bad = MENU | {"chatBarText": "字" * 15}
    for path in ("/v2/bot/richmenu", "/v2/bot/richmenu/validate"):
        status, body, _ = await line.call("POST", path, bad)
        assert (status, body["details"][0]["property"]) == (400, "chatBarText")
    assert (await line.call("POST", "/v2/bot/richmenu/validate", MENU))[0] == 200
    assert line.account.rich_menus == {}
