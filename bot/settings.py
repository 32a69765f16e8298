"""Settings from the environment, prefix BOT_, checked at start: an error names the variable."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from handlers.words import N_, Words

EXPECTED = {
    "database_url": N_(
        "expected sqlite:///path/to/file.db or postgresql://user:password@host/database"
    ),
    "secret_key": N_("expected at least 32 characters; `openssl rand -base64 32` makes one"),
    "port": N_("expected a number from 1 to 65535"),
    "line_api_url": N_("expected an address that begins with https:// (or http:// for a test)"),
    "line_data_api_url": N_(
        "expected an address that begins with https:// (or http:// for a test)"
    ),
    "telegram_api_url": N_("expected an address that begins with https:// (or http:// for a test)"),
    "metrics_port": N_("expected a number from 1 to 65535"),
    "heartbeat_url": N_("expected an address that begins with https:// (or http:// for a test)"),
    "alarm_url": N_("expected an address that begins with https:// (or http:// for a test)"),
    "web_url": N_("expected an address that begins with https:// (or http:// for a test)"),
    "log_level": N_("expected DEBUG, INFO, WARNING or ERROR"),
}
"""What the value of each variable has to be, where not every text will do."""
MISSING = N_(
    "is not set: it holds the key that secrets are encrypted with; `openssl rand -base64 32` "
    "makes one"
)


class SettingsError(Exception):
    """Some variables are missing or wrong; `problems` has a sentence for each by its name."""

    def __init__(self, problems: dict[str, str]) -> None:
        """Keep the sentences until the language is known in which they are said."""
        super().__init__("\n".join(f"{name}: {what}" for name, what in problems.items()))
        self.problems = problems

    def lines(self, words: Words) -> list[str]:
        """Return a line for every variable: its name, and what it should be."""
        return [
            words.say("{variable}: {expected}", variable=name, expected=words.say(what))
            for name, what in self.problems.items()
        ]


def _database_url(url: str) -> str:
    scheme, _, rest = url.partition("://")
    known = {
        "sqlite": "sqlite+aiosqlite",
        "sqlite+aiosqlite": "sqlite+aiosqlite",
        "postgres": "postgresql+psycopg",
        "postgresql": "postgresql+psycopg",
        "postgresql+psycopg": "postgresql+psycopg",
    }
    if scheme not in known or not rest:
        raise ValueError(EXPECTED["database_url"])
    return f"{known[scheme]}://{rest}"


def _web_address(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError(EXPECTED["line_api_url"])
    return url.rstrip("/")


def _web_address_or_none(url: str) -> str:
    return _web_address(url) if url else ""


def _long_enough(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < 32:  # 32 characters of base64 hold over 128 bits
        raise ValueError(EXPECTED["secret_key"])
    return key


Address = Annotated[str, AfterValidator(_web_address)]
MaybeAddress = Annotated[str, AfterValidator(_web_address_or_none)]


class Settings(BaseSettings):
    """What an installation can set; docs/operations.md lists every variable with its default."""

    model_config = SettingsConfigDict(env_prefix="BOT_", extra="ignore")

    database_url: Annotated[str, AfterValidator(_database_url)] = "sqlite:///bell.db"
    secret_key: Annotated[SecretStr, AfterValidator(_long_enough)] = Field(default=...)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    line_api_url: Address = "https://api.line.me"
    line_data_api_url: Address = "https://api-data.line.me"
    telegram_api_url: Address = "https://api.telegram.org"
    audit_anchors: str = ""
    backup_dir: str = ""
    upload_dir: str = ""
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    heartbeat_url: MaybeAddress = Field(default="", repr=False)  # it holds a key
    alarm_url: MaybeAddress = Field(default="", repr=False)  # so does this
    web_url: MaybeAddress = ""
    log_level: Annotated[str, Field(pattern="^(DEBUG|INFO|WARNING|ERROR)$")] = "INFO"


def load(**given: object) -> Settings:
    """Return the settings; raises SettingsError with every variable that is missing or wrong."""
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(_problems(error)) from None
    return settings.model_copy(update={"database_url": _database_url(settings.database_url)})


def _problems(error: ValidationError) -> dict[str, str]:
    found = {}
    for problem in error.errors(include_input=False, include_url=False):
        field = "_".join(str(part) for part in problem["loc"])
        missing = problem["type"] == "missing"
        found["BOT_" + field.upper()] = MISSING if missing else EXPECTED[field]
    return found
