"""Settings from the environment, prefix BOT_, checked at start: an error names the variable."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(Exception):
    """One line for every variable that is missing or wrong, and what it should be."""


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
        raise ValueError(
            "expected sqlite:///path/to/file.db or postgresql://user:password@host/database"
        )
    return f"{known[scheme]}://{rest}"


def _web_address(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("expected an address that begins with https:// (or http:// for a test)")
    return url.rstrip("/")


def _long_enough(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < 32:  # 32 characters of base64 hold over 128 bits
        raise ValueError("expected at least 32 characters; `openssl rand -base64 32` makes one")
    return key


Address = Annotated[str, AfterValidator(_web_address)]


class Settings(BaseSettings):
    """What an installation can set; docs/operations.md lists every variable with its default."""

    model_config = SettingsConfigDict(env_prefix="BOT_", extra="ignore")

    database_url: Annotated[str, AfterValidator(_database_url)] = "sqlite:///bell.db"
    secret_key: Annotated[SecretStr, AfterValidator(_long_enough)] = Field(default=...)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    line_api_url: Address = "https://api.line.me"
    line_data_api_url: Address = "https://api-data.line.me"
    log_level: Annotated[str, Field(pattern="^(DEBUG|INFO|WARNING|ERROR)$")] = "INFO"


def load(**given: object) -> Settings:
    """Return the settings; raises SettingsError with every variable that is missing or wrong."""
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError("\n".join(_explained(error))) from None
    return settings.model_copy(update={"database_url": _database_url(settings.database_url)})


def _explained(error: ValidationError) -> list[str]:
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        name = "BOT_" + "_".join(str(part) for part in problem["loc"]).upper()
        if problem["type"] == "missing":
            lines.append(
                f"{name} is not set: it holds the key that secrets are encrypted with; "
                "`openssl rand -base64 32` makes one"
            )
        else:
            lines.append(f"{name}: {problem['msg'].removeprefix('Value error, ')}")
    return lines
