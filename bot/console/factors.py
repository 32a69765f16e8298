"""The second factor: codes of an authenticator app (TOTP, RFC 6238), each taken once."""

import hmac
from datetime import datetime

import pyotp
import segno

ISSUER = "歷程鈴"
STEP = 30
"""Seconds that a code is shown."""
_LATE = 1
"""Steps that a phone's clock may be off, either way."""


def new_secret() -> str:
    """Return a secret for a new phone."""
    return pyotp.random_base32()


def step_of(secret: str, typed: str, now: datetime, *, after: int | None) -> int | None:
    """Return the time step that a typed code belongs to, None where it is none.

    A code is taken once: only steps `after` the last that was taken count.
    """
    code = "".join(sign for sign in typed if sign.isdigit())
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP
    for step in range(current - _LATE, current + _LATE + 1):
        if hmac.compare_digest(totp.generate_otp(step), code) and (after is None or step > after):
            return step
    return None


def picture(secret: str, name: str) -> str:
    """Return the QR code that an authenticator app takes up, as an SVG for a page."""
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)
    drawn: str = segno.make(address, error="m").svg_inline(
        scale=4, border=2, dark="#111", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return drawn
