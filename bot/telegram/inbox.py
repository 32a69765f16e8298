"""Telegram's webhooks: one update each, known by the secret that comes with it in a header."""

import hmac
from datetime import datetime

from bot import inbox
from bot.inbox import Event
from bot.telegram import updates

CHANNEL = "telegram"


class Inbox(inbox.Inbox):
    """Answers `POST /telegram/{school_code}`; never 410, which would close the webhook."""

    channel = CHANNEL
    header = b"x-telegram-bot-api-secret-token"

    def proves(self, proof: bytes, body: bytes, secret: bytes) -> bool:  # noqa: ARG002
        """Say whether the secret came with it; Telegram signs nothing."""
        return hmac.compare_digest(proof, secret)

    def events(self, webhook: object) -> list[Event] | None:
        """Return the one update of a webhook."""
        return [webhook] if isinstance(webhook, dict) else None

    def key_of(self, event: Event, raw: bytes) -> str:
        """Return the update's id."""
        return updates.update_key(event, raw)

    def happened_at(self, event: Event, received_at: datetime) -> datetime:
        """Return the message's own time."""
        return updates.happened_at(event, received_at)
