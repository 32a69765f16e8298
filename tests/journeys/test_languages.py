"""A person who chose English: the answers, the menu under the chat, and back again."""

from models.tables import ChatAccount
from tests.support.stage import ACCOUNT, Phone, playing, rows


async def test_who_chooses_english_reads_english_at_once_in_the_menu_too(sqlite_url: str) -> None:
    """The answer and the menu change with the tap; a menu is created when first needed."""
    async with playing(sqlite_url) as stage:
        pupil, account = stage.of("小美"), stage.world.accounts[ACCOUNT]
        await pupil.types("我的進度")
        assert "我的總覽" in await _menu_labels(pupil)
        assert len(account.rich_menus) == 1

        await pupil.types("english")
        await pupil.sees("From now on you are answered in English.")
        assert "My overview" in await _menu_labels(pupil)
        address = stage.cast.address("小美")
        (kept,) = [one for one in await rows(stage, ChatAccount) if one.address == address]
        assert kept.menu == "pupil/en"

        await pupil.types("中文")
        await pupil.sees("中文")
        assert "我的總覽" in await _menu_labels(pupil)
        assert len(account.rich_menus) == 2


async def _menu_labels(phone: Phone) -> list[str]:
    menu = await phone.menu()
    return [area["action"]["label"] for area in menu["areas"]] if menu else []
