"""The schools' lines to LINE: line-bot-sdk's asynchronous client with a session that is lean.

The SDK's model classes cost 2 ms a message, more than the whole rest of a send. So messages go as
ready JSON through the HTTP session of the SDK's own client, with its connections, its certificates,
its token and its user agent; everything rarer goes through the SDK's methods. Tests hold the ready
JSON against the SDK's models and LINE's OpenAPI description.

All schools of a process share the connections to a host: there are as many as calls are open, not
as schools are known, and one look-up of its name serves all.
"""

import asyncio
from collections.abc import Mapping
from copy import copy

import aiohttp
from linebot.v3.messaging import AsyncApiClient, Configuration

from bot import metrics
from bot.line.outcomes import outcome
from bot.proxies import proxy_for
from scheduler.channel import Outcome, Sent

UNLIMITED = 0
"""Who calls bounds the calls: one that waited for a connection would have its time run down."""
_CONNECTING = aiohttp.ClientTimeout(total=None, sock_connect=4.0)


class Host:
    """One of LINE's hosts and the connections to it; make it inside the running loop."""

    def __init__(self, address: str, limit: float) -> None:
        """Call `address` (with its scheme); a call ends after `limit` seconds, whatever comes."""
        configuration = Configuration(host=address, access_token="")
        configuration.connection_pool_maxsize = UNLIMITED
        configuration.proxy = proxy_for(address)
        self.address = address
        self.limit = limit
        self._sdk = _lean(AsyncApiClient(configuration))

    def sdk(self) -> AsyncApiClient:
        """Return the SDK's client over these connections, to be signed in by a token."""
        mine = copy(self._sdk)
        mine.default_headers = dict(self._sdk.default_headers)
        mine.configuration = copy(self._sdk.configuration)
        return mine

    async def aclose(self) -> None:
        """Close the connections."""
        await self._sdk.close()


class Client:
    """Calls one of LINE's hosts with one school's token."""

    def __init__(self, host: Host, token: str) -> None:
        """Sign in with a token."""
        self.sdk = host.sdk()
        self._host = host
        self._token = ""
        self.use(token)

    def use(self, token: str) -> None:
        """Sign in with this token from now on; the SDK by itself would keep the first one."""
        if token != self._token:
            self._token = token
            self.sdk.configuration.access_token = token
            self.sdk.set_default_header("Authorization", f"Bearer {token}")

    async def post(self, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> Sent:
        """Post ready JSON; every failure is a Sent."""
        name = path.rpartition("/")[2]
        return await metrics.call("line", name, self._told(path, body, headers or {}))

    async def _told(self, path: str, body: bytes, headers: Mapping[str, str]) -> Sent:
        try:
            async with asyncio.timeout(self._host.limit):
                return await self._post(path, body, headers)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return Sent(Outcome.TRANSIENT, reason="connect")
        except TimeoutError:
            return Sent(Outcome.UNKNOWN, reason="timeout")
        except (aiohttp.ClientError, OSError):
            return Sent(Outcome.UNKNOWN, reason="connection_lost")

    async def _post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Sent:
        rest = self.sdk.rest_client
        async with rest.pool_manager.post(
            self._host.address + path,
            data=body,
            headers={**self.sdk.default_headers, "Content-Type": "application/json", **headers},
            proxy=rest.proxy,
            timeout=_CONNECTING,
            allow_redirects=False,
        ) as answer:
            return outcome(answer.status, answer.headers, await answer.read())


def _lean(client: AsyncApiClient) -> AsyncApiClient:
    """Swap the SDK's session for one on the same connections that does not ask the environment.

    The SDK's own session looks for .netrc and for proxies in a thread, twice for every request.
    """
    original = client.rest_client.pool_manager
    client.rest_client.pool_manager = aiohttp.ClientSession(
        connector=original.connector, cookie_jar=aiohttp.DummyCookieJar()
    )
    original.detach()
    return client
