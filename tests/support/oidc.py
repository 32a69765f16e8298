"""A small OpenID Connect provider on loopback: it knows one person and says what it is told to."""

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from joserfc import jwk, jwt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "bell", "only the provider and the console know it"


@dataclass(slots=True)
class Provider:
    """What the provider says; `url` is where it is reached, known once it is served."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    signs_with: jwk.RSAKey = field(default_factory=lambda: jwk.RSAKey.generate_key(2048))
    shown: jwk.RSAKey | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    now: int = 0

    def application(self) -> Starlette:
        """Return it as a server."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._configuration),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    async def _configuration(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def _keys(self, _request: Request) -> Response:
        shown = self.shown or self.signs_with
        return JSONResponse({"keys": [shown.as_dict(private=False, kid="1", use="sig")]})

    async def _authorize(self, request: Request) -> Response:
        self.asked.append(dict(request.query_params))
        answer = urlencode({"code": "once", "state": request.query_params["state"]})
        return RedirectResponse(f"{request.query_params['redirect_uri']}?{answer}")

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        if form.get("code") != "once" or not form.get("code_verifier"):
            return JSONResponse({"error": "invalid_grant"}, 400)
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "42",
            "iat": self.now,
            "exp": self.now + 600,
            "nonce": self.asked[-1]["nonce"],
        }
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims | self.claims, self.signs_with)
        return JSONResponse(
            {
                "access_token": secrets.token_urlsafe(),
                "token_type": "Bearer",
                "expires_in": 600,
                "id_token": signed,
            }
        )
