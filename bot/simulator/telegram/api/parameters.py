"""The parameters of a call, however they came: in the address, as a form, in parts or as JSON."""

from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

import orjson

from bot.simulator.telegram.answers import bad

TRUE = ("true", "yes", "1")


class Parameters:
    """Named values, some of them texts that hold JSON; `files` are names and bytes that came."""

    def __init__(self, values: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> None:
        self._values = {name.lower(): value for name, value in values.items()}
        self.files = files

    def get(self, name: str) -> Any:
        """The value as it came; None if it is not there."""
        return self._values.get(name)

    def text(self, name: str) -> str:
        """A text; empty if it is not there."""
        value = self.get(name)
        return "" if value is None else str(value)

    def number(self, name: str, otherwise: int = 0) -> int:
        """A whole number; `otherwise` if it is not there or is none."""
        try:
            return int(self.text(name))
        except ValueError:
            return otherwise

    def flag(self, name: str) -> bool:
        """Whether it says yes."""
        return self.text(name).lower() in TRUE

    def parsed(self, name: str, what: str) -> Any:
        """A JSON value, written out or as text; None if not there. `what` names it in a refusal."""
        value = self.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad(f"can't parse {what} JSON object") from None


def read(query: bytes, content_type: str, raw: bytes) -> Parameters:
    """The parameters of a request; what is in its body comes before its address."""
    values: dict[str, Any] = dict(parse_qsl(query.decode(), keep_blank_values=True))
    kind = content_type.partition(";")[0].strip().lower()
    files: dict[str, tuple[str, bytes]] = {}
    match kind:
        case "application/json":
            values |= _json(raw)
        case "application/x-www-form-urlencoded":
            values |= dict(parse_qsl(raw.decode(errors="replace"), keep_blank_values=True))
        case "multipart/form-data":
            parts, files = _parts(content_type, raw)
            values |= parts
    return Parameters(values, files)


def _json(raw: bytes) -> dict[str, Any]:
    try:
        body = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise bad("can't parse request JSON object")
    return body


def _parts(content_type: str, raw: bytes) -> tuple[dict[str, str], dict[str, tuple[str, bytes]]]:
    whole = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + raw)
    values: dict[str, str] = {}
    files: dict[str, tuple[str, bytes]] = {}
    for part in whole.walk():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(data, bytes):
            continue
        if (file_name := part.get_filename()) is not None:
            files[name] = (file_name, data)
        else:
            values[name] = data.decode(errors="replace")
    return values, files
