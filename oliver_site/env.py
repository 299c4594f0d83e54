"""The environment, read once and validated: every setting that an operator can give.

``read_environment()`` returns an ``Environment`` or raises ``ImproperlyConfigured`` with one line
per problem, naming the variable. The README's table documents each.
"""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from pydantic import (
    AliasChoices,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

BASE_DIR = Path(__file__).resolve().parent.parent


def _shared(name: str) -> AliasChoices:
    """A variable that other programs know too, so it has no OLIVER_ prefix."""
    return AliasChoices(name)


class Environment(BaseSettings):
    """Variables are OLIVER_<NAME>, except DATABASE_URL and REDIS_URL."""

    model_config = SettingsConfigDict(env_prefix="OLIVER_", env_ignore_empty=True)

    model: str | None = None
    api_base: HttpUrl | None = None
    api_key: SecretStr | None = None
    adapter: Literal["chat", "json"] = "chat"
    provider_timeout_s: float = Field(default=60, gt=0, le=3600)
    model_titles: bool = True
    max_live_turns: int = Field(default=64, ge=1, le=10_000)
    worker: Literal["in-process", "external"] = "in-process"
    stop_grace_s: float = Field(default=30, ge=0, le=3600)
    lease_s: float = Field(default=15, ge=2, le=300)
    stream_max_s: float = Field(default=900, ge=1, le=86_400)
    compress_streams: bool = True
    stalled_after_s: float = Field(default=60, ge=1, le=3600)

    turns_per_minute: int = Field(default=20, ge=1)
    live_turns_per_user: int = Field(default=5, ge=1)
    api_requests_per_minute: int = Field(default=600, ge=1)
    sign_ins_per_minute: int = Field(default=5, ge=1)
    users_per_address: int = Field(default=10, ge=1)
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    cors_origins: Annotated[list[str], NoDecode] = []
    sharing: bool = False
    deleted_kept_days: int = Field(default=7, ge=0, le=3650)

    port: int = Field(default=8000, ge=1, le=65535)
    data_dir: Path = BASE_DIR / "data"
    secret_key: SecretStr | None = Field(default=None, min_length=32)
    allowed_hosts: Annotated[list[str], NoDecode] = ["127.0.0.1", "localhost", "[::1]"]
    https: bool = False
    debug: bool = False
    admin_password: SecretStr | None = Field(default=None, min_length=8)

    database_url: str | None = Field(default=None, validation_alias=_shared("DATABASE_URL"))
    database_pool_size: int = Field(default=8, ge=2, le=200)
    redis_url: str | None = Field(default=None, validation_alias=_shared("REDIS_URL"))

    @field_validator("allowed_hosts", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """``a.example, b.example`` -> two hosts."""
        if not isinstance(value, str):
            return value
        return [host.strip() for host in value.split(",") if host.strip()]

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: list[str]) -> list[str]:
        for origin in value:
            parts = urlsplit(origin)
            if (
                parts.scheme not in ("http", "https")
                or f"{parts.scheme}://{parts.netloc}" != origin
            ):
                raise ValueError("give each origin as https://host, without a path or a *")
        return value

    @field_validator("model")
    @classmethod
    def _name_a_provider(cls, value: str | None) -> str | None:
        if value is not None and not all(value.partition("/")):
            raise ValueError(
                "give it as provider/model, for example openai/gpt-5-mini or ollama_chat/llama3.2"
            )
        return value

    @field_validator("database_url")
    @classmethod
    def _name_a_database(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("postgres://", "postgresql://", "sqlite:")):
            raise ValueError("give it as postgres://user:password@host:5432/name")
        return value

    @field_validator("redis_url")
    @classmethod
    def _name_a_redis(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("give it as redis://host:6379/0, rediss://… or unix:///path")
        return value

    @model_validator(mode="after")
    def _connection_needs_a_model(self) -> "Environment":
        if self.model is None and (self.api_base or self.api_key):
            raise ValueError("OLIVER_API_BASE and OLIVER_API_KEY need OLIVER_MODEL as well")
        return self


def read_environment() -> Environment:
    try:
        return Environment()
    except ValidationError as exc:
        raise ImproperlyConfigured(_in_plain_words(exc)) from None


def _in_plain_words(exc: ValidationError) -> str:
    """One line per problem; values are left out, for one of them may be a key."""
    lines = ["Oliver cannot start, because of its environment:"]
    for error in exc.errors(include_input=False, include_url=False):
        name = str(error["loc"][0]) if error["loc"] else ""
        variable = name if name.isupper() or not name else f"OLIVER_{name.upper()}"
        problem = error["msg"].removeprefix("Value error, ")
        lines.append(f"  {variable}: {problem}" if variable else f"  {problem}")
    return "\n".join(lines)
