"""`bot simulator`: LINE's and Telegram's sides as a process of their own, with the phone page."""

import asyncio
import os
import socket
import sys

import aiohttp

from tests.simulator.receiver import eventually


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_the_command_prints_how_to_point_a_bot_at_it_and_answers() -> None:
    """Token, secret and both addresses are printed; the API, the phones and the page answer."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from bot.cli import main; main()",
        "simulator",
        "--port",
        str(port),
        "--account",
        "測試校",
        "--token",
        "t",
        "--secret",
        "s",
        "--telegram-token",
        "123:abc",
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
    )
    try:
        assert process.stdout is not None
        printed = (
            await asyncio.wait_for(process.stdout.readuntil(b"TELEGRAM_API_URL="), 30)
        ).decode()
        for wanted in (f"BOT_LINE_API_URL={url}", "secret  s", "token    t", "123:abc", "測試校"):
            assert wanted in printed
        async with aiohttp.ClientSession() as http:
            await eventually(lambda: answers(port))
            headers = {"authorization": "Bearer t"}
            async with http.get(f"{url}/v2/bot/info", headers=headers) as response:
                assert (await response.json())["displayName"] == "測試校"
            async with http.get(f"{url}/telegram/bot123:abc/getMe") as response:
                assert (await response.json())["result"]["first_name"] == "測試校"
            async with http.get(f"{url}/simulator/telegram/phone/accounts") as response:
                assert [each["channel"] for each in await response.json()] == ["telegram"]
            async with http.get(f"{url}/simulator/phone/accounts") as response:
                assert [each["name"] for each in await response.json()] == ["測試校"]
            async with http.get(url) as response:
                assert "zh-Hant-TW" in await response.text()
            async with http.get(f"{url}/demo/state") as response:
                state = await response.json()
                assert [person["name"] for person in state["cast"]] == [
                    "王小明",
                    "林老師",
                    "陳導師",
                ]
    finally:
        process.terminate()
        await process.wait()


def answers(port: int) -> bool:
    """Whether somebody listens on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
