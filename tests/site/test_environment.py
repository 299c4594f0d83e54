"""Every setting is checked at start, and a bad one stops Oliver with a line that names it."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from oliver_site.env import read_environment
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


def test_the_readme_documents_every_setting() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    shared = {"database_url", "redis_url"}
    names = [
        name.upper() if name in shared else f"OLIVER_{name.upper()}"
        for name in type(read_environment()).model_fields
    ]
    assert [name for name in names if f"`{name}`" not in readme] == []


def test_the_secret_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    key = stored_secret_key(tmp_path)
    assert len(key) >= 50
    assert stored_secret_key(tmp_path) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
