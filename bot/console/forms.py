"""What every form of the console has: a token against forged ones, and errors in our own words."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from wtforms import Field, Form
from wtforms.csrf.session import SessionCSRF

if TYPE_CHECKING:
    from bot.console.caller import Caller


class ConsoleForm(Form):
    """A form that shows what was sent, and refuses what the page did not ask for."""

    class Meta:
        """How WTForms guards its forms: the token lasts as long as the session."""

        csrf = True
        csrf_class = SessionCSRF
        csrf_time_limit = None
        csrf_field_name = "token"
        locales: ClassVar[tuple[str, ...]] = ("zh_TW",)

    def __init__(self, caller: "Caller", *, given: Mapping[str, Any] | None = None) -> None:
        """Show what the caller sent, or what is `given` where nothing was sent yet."""
        key = caller.desk.installation.vault.console_key
        meta = {"csrf_secret": key, "csrf_context": caller.cookie}
        super().__init__(caller.sent if caller.posted else None, data=given, meta=meta)


class Bare(ConsoleForm):
    """A button: a form without a field of its own."""

    def guard(self) -> Field:
        """Return the hidden field that every form carries."""
        return self["token"]


def described(field: Field, help_: str) -> dict[str, str]:
    """Return the attributes that tie a field to what stands below it, for who hears the page."""
    parts = [f"{field.id}-help"] if help_ else []
    attributes = {}
    if field.errors:
        parts.append(f"{field.id}-error")
        attributes["aria-invalid"] = "true"
    return attributes | ({"aria-describedby": " ".join(parts)} if parts else {})
