"""LINE's webhooks: signed over their raw bytes, with several events of several people in each."""

import base64
import binascii
import hmac
from datetime import datetime

from bot import inbox
from bot.inbox import Event
from bot.line import events

CHANNEL = "line"


class Inbox(inbox.Inbox):
    """Answers `POST /line/{school_code}`; LINE waits two seconds."""

    channel = CHANNEL
    header = b"x-line-signature"

    def proves(self, proof: bytes, body: bytes, secret: bytes) -> bool:
        """Say whether the body was signed with the channel's secret."""
        try:
            signature = base64.b64decode(proof, validate=True)
        except binascii.Error:
            signature = b""
        return hmac.compare_digest(hmac.digest(secret, body, "sha256"), signature)

    def events(self, webhook: object) -> list[Event] | None:
        """Return the events that a webhook carries; an empty list is LINE's connection check."""
        given = webhook.get("events") if isinstance(webhook, dict) else None
        if not isinstance(given, list):
            return None
        return [event for event in given if isinstance(event, dict)]

    def key_of(self, event: Event, raw: bytes) -> str:
        """Return LINE's id of the event, or a digest where it gave none."""
        return events.event_key(event, raw)

    def happened_at(self, event: Event, received_at: datetime) -> datetime:
        """Return LINE's own time of the event."""
        return events.happened_at(event, received_at)
