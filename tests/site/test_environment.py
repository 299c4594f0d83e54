"""Every setting is checked at start, and a bad one stops Oliver with a line that names it."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from chat.kernel.conf import BASE_DIR, Conf, read_environment
from oliver_site.secret import stored_secret_key

BAD = {
    "OLIVER_MODEL": "gpt-5-mini",
    "OLIVER_API_BASE": "not an address",
    "OLIVER_ADAPTER": "xml",
    "OLIVER_PROVIDER_TIMEOUT_S": "0",
    "OLIVER_MAX_LIVE_TURNS": "none",
    "OLIVER_WORKER": "elsewhere",
    "OLIVER_PORT": "70000",
    "OLIVER_ADMIN_PASSWORD": "short",
    "OLIVER_SECRET_KEY": "short",
    "OLIVER_HTTPS": "perhaps",
    "OLIVER_DEBUG": "perhaps",
}


#: Defaults that are not one value.
IN_WORDS = {
    "api_key": "the provider's own variable, if set",
    "api_base": "the provider's own address",
    "admin_password": "a random one, printed once",
    "data_dir": "data/` in the checkout",
    "database_url": "SQLite in the data directory",
    "secret_key": "generated and stored on the first run",
}


@pytest.mark.parametrize(("name", "value"), BAD.items())
def test_a_bad_value_is_refused_by_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        read_environment()


def test_all_problems_are_told_at_once_and_no_secret_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLIVER_PORT", "0")
    monkeypatch.setenv("OLIVER_SECRET_KEY", "hunter2")
    with pytest.raises(ImproperlyConfigured) as refused:
        read_environment()
    assert "OLIVER_PORT" in str(refused.value)
    assert "OLIVER_SECRET_KEY" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_key_without_a_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OLIVER_MODEL", raising=False)
    monkeypatch.setenv("OLIVER_API_KEY", "sk-1")
    with pytest.raises(ImproperlyConfigured, match="OLIVER_MODEL"):
        read_environment()


def test_hosts_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLIVER_ALLOWED_HOSTS", "a.example, b.example")
    assert read_environment().allowed_hosts == ["a.example", "b.example"]


def test_the_tables_of_settings_hold_every_setting_with_its_default() -> None:
    documented = _table("README.md", "## Settings") | _table(
        "docs/operations.md", "## Advanced settings"
    )
    assert documented == {_variable(name): _default(name) for name in Conf.model_fields}


def _table(document: str, heading: str) -> dict[str, str]:
    """``{"OLIVER_PORT": "8000"}``: first and second column of the rows that name a variable."""
    rows = re.findall(
        r"^\| `((?:OLIVER_|DATABASE_|REDIS_)\w+)` \| ([^|]*) \|",
        (BASE_DIR / document).read_text().split(heading)[1],
        flags=re.MULTILINE,
    )
    return {name: default.split(": ")[0].strip("` ") for name, default in rows}


def _variable(field: str) -> str:
    return field.upper() if field in ("database_url", "redis_url") else f"OLIVER_{field.upper()}"


def _default(field: str) -> str:
    """As the tables write it. What is made at the first start is written in words."""
    if field in IN_WORDS:
        return IN_WORDS[field]
    value = Conf.model_fields[field].default
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list):
        return ",".join(value) or "none"
    if isinstance(value, float):
        return f"{value:g}"
    return "unset" if value is None else str(value)


def test_the_secret_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    key = stored_secret_key(tmp_path)
    assert len(key) >= 50
    assert stored_secret_key(tmp_path) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
