"""Says which proxy the environment names for a host; asked once for a client, not per request."""

import urllib.request
from urllib.parse import urlsplit


def proxy_for(host: str) -> str | None:
    """Return the proxy for a host that is given with its scheme, or None."""
    address = urlsplit(host)
    if urllib.request.proxy_bypass(address.hostname or ""):
        return None
    return urllib.request.getproxies().get(address.scheme)
