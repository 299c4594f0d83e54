"""Every setting of Oliver, with units in their names: read from the environment and checked once.

``oliver_site/settings.py`` stores the one ``Conf`` as ``settings.OLIVER``; everything else reads it
through ``conf()``. README.md has a table of what operators choose, docs/operations.md one of the
rest; a test compares both with the defaults here.
"""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pydantic import (
    AliasChoices,
    Field,
    HttpUrl,
    SecretStr,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

BASE_DIR = Path(__file__).resolve().parents[2]


class Conf(BaseSettings):
    """Variables are OLIVER_<NAME>, except DATABASE_URL and REDIS_URL."""

    model_config = SettingsConfigDict(env_prefix="OLIVER_", env_ignore_empty=True, frozen=True)

    # The model
    model: str | None = None  # a DSPy model string; None: the quote engine
    api_key: SecretStr | None = None
    api_base: str | None = None  # without a slash at its end
    adapter: Literal["auto", "chat", "json"] = "auto"  # auto: by what the server takes
    max_tokens: int | None = Field(default=None, ge=256)  # of one answer, thinking included
    temperature: float | None = Field(default=None, ge=0, le=2)  # None: low where it is accepted
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high"] | None = None
    provider_timeout_s: float = Field(default=60, gt=0, le=3600)
    provider_max_connections: int = Field(default=1_000, ge=1)
    provider_retries: int = Field(default=2, ge=0, le=10)  # before the first token only
    model_titles: bool = True  # whether the model titles conversations
    title_timeout_s: float = Field(default=10, gt=0)
    history_budget_tokens: int = Field(default=6_000, ge=0)
    context_tokens: int | None = Field(default=None, ge=1_000)  # None: known for known models

    # The library
    meaning_search: bool = True  # compare questions and passages by meaning too, not words alone

    # Limits
    question_max_chars: int = Field(default=100_000, ge=1)
    answer_max_chars: int = Field(default=200_000, ge=1_000)  # for the model's whole output
    answer_max_s: float = Field(default=900, gt=0)
    max_live_turns: int = Field(default=64, ge=1, le=10_000)  # that one worker runs at once
    turns_per_minute: int = Field(default=20, ge=1)  # that one user may start
    live_turns_per_user: int = Field(default=5, ge=1)  # waiting or running
    api_requests_per_minute: int = Field(default=600, ge=1)  # of one user
    sign_ins_per_minute: int = Field(default=5, ge=1)  # tries for one user name
    users_per_address: int = Field(default=10, ge=1)  # multiplies the limits of one user
    trusted_proxies: int = Field(default=0, ge=0, le=10)  # whose X-Forwarded-For is trusted
    cors_origins: Annotated[list[str], NoDecode] = []

    # Workers and streams
    worker: Literal["in-process", "external"] = "in-process"
    stop_grace_s: float = Field(default=30, ge=0, le=3600)  # for turns of a worker told to stop
    # A turn whose lease ran out lost its worker. With a look at the queue, 15 s after a SIGKILL.
    lease_s: float = Field(default=12, ge=2, le=300)
    checkpoint_every_s: float = Field(default=0.75, gt=0)  # about 1 s with the save itself
    queue_poll_s: float = Field(default=2, gt=0)  # a doorbell may be lost, so workers also poll
    stream_max_s: float = Field(default=900, ge=1, le=86_400)  # then the reader reconnects
    compress_streams: bool = True  # for readers that accept gzip
    stalled_after_s: float = Field(default=60, ge=1, le=3600)  # of a reader that stopped reading
    sse_heartbeat_s: float = Field(default=15, gt=0)
    access_recheck_every_s: float = Field(default=10, gt=0)  # how often readers' access is checked
    frame_min_s: float = Field(default=0.05, gt=0)  # shortest time between two frames of a reader
    log_retention_s: float = Field(default=600, gt=0)  # of the log of a turn that has ended

    # Conversations
    sharing: bool = False  # may owners make read-only links for people without an account
    deleted_kept_days: int = Field(default=7, ge=0, le=3650)

    # The installation
    port: int = Field(default=8000, ge=1, le=65535)
    admin_password: SecretStr | None = Field(default=None, min_length=8)
    data_dir: Path = BASE_DIR / "data"
    database_url: str | None = Field(
        default=None, validation_alias=AliasChoices("DATABASE_URL", "database_url")
    )
    database_pool_size: int = Field(default=8, ge=2, le=200)
    redis_url: str | None = Field(
        default=None, validation_alias=AliasChoices("REDIS_URL", "redis_url")
    )
    secret_key: SecretStr | None = Field(default=None, min_length=32)
    allowed_hosts: Annotated[list[str], NoDecode] = ["127.0.0.1", "localhost", "[::1]"]
    https: bool = False
    debug: bool = False

    @field_validator("api_base")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        return str(TypeAdapter(HttpUrl).validate_python(value)).rstrip("/") if value else None

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
    def _connection_needs_a_model(self) -> "Conf":
        if self.model is None and (self.api_base or self.api_key):
            raise ValueError("OLIVER_API_BASE and OLIVER_API_KEY need OLIVER_MODEL as well")
        return self


def conf() -> Conf:
    """The settings in force. Read at each use, so that tests can replace ``settings.OLIVER``."""
    in_force: Conf = settings.OLIVER
    return in_force


def read_environment() -> Conf:
    """Raises ImproperlyConfigured with a line per problem that names its variable."""
    try:
        return Conf()
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
