"""What the browser gets besides HTML: pinned, complete and from here."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.test import Client

from chat.kernel.conf import BASE_DIR

STATIC = BASE_DIR / "static"
VENDORED = json.loads((STATIC / "vendor" / "VENDORED.json").read_text())
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
STYLES = sorted((STATIC / "css").glob("*.css"))


def test_the_vendored_htmx_is_the_one_that_was_recorded() -> None:
    file = STATIC / "vendor" / VENDORED["file"]["name"]
    assert hashlib.sha256(file.read_bytes()).hexdigest() == VENDORED["file"]["sha256"]
    assert file.name == f"htmx-{VENDORED['version']}.js"


def test_templates_name_the_vendored_version_and_every_script_and_style() -> None:
    templates = "".join(file.read_text() for file in (BASE_DIR / "templates").rglob("*.html"))
    assert f"vendor/{VENDORED['file']['name']}" in templates
    assert set(re.findall(r"'js/([\w-]+\.js)'", templates)) == {file.name for file in SCRIPTS}
    assert set(re.findall(r"'css/([\w-]+\.css)'", templates)) == {file.name for file in STYLES}


def test_a_page_without_turns_loads_nothing_that_is_for_turns(browser: Client) -> None:
    for address in ("/library/", "/settings/", "/prompts/", "/conversations/"):
        page = browser.get(address).content.decode()
        assert not re.search(r"(css/turn|css/composer|js/streams|js/composer)", page), address
    assert "css/sidebar" not in Client().get("/accounts/login/").content.decode()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_import_nothing_and_evaluate_nothing(script: Path) -> None:
    code = script.read_text()
    assert not re.search(r"^\s*import\b|\beval\(|new Function|innerHTML\s*=", code, re.M)


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_styles_load_nothing_and_keep_to_the_layers(style: Path) -> None:
    rules = re.sub(r"/\*.*?\*/", "", style.read_text(), flags=re.S)
    assert "url(" not in rules
    assert "@import" not in rules
    outside = re.sub(r"@layer [\w-]+ \{.*?^\}", "", rules, flags=re.S | re.M)
    assert re.sub(r"@layer [\w, -]+;", "", outside).strip() == ""


def test_every_custom_property_that_is_used_is_defined() -> None:
    everything = "".join(style.read_text() for style in STYLES)
    used = set(re.findall(r"var\((--[\w-]+)", everything))
    assert used <= set(re.findall(r"(--[\w-]+):", everything))


def test_the_lock_file_of_the_linter_names_no_registry() -> None:
    lock = json.loads((BASE_DIR / "deploy/lint/package-lock.json").read_text())
    tools = {name: tool for name, tool in lock["packages"].items() if name}
    assert all("resolved" not in tool and "integrity" in tool for tool in tools.values())
