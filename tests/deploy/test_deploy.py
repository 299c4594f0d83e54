"""What deploy/ says holds for this repository. That nginx passes streams on is shown with two web
servers, in ``test_many_processes``.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
_IN_THE_CONTAINER = """
import django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("prepare")
call_command("collectstatic", interactive=False, verbosity=0)
for language in ("en", "de"):
    headers = {"accept-language": language, "host": "localhost"}
    page = Client().get("/accounts/login/", headers=headers)
    print(page.status_code, page.headers["content-language"], "stylesheet" in page.text)
"""


def container_lines(word: str) -> list[str]:
    return re.findall(rf"^{word} (.*)$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)


def services() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"])


def test_the_container_gets_every_file_that_oliver_needs(tmp_path: Path) -> None:
    for line in container_lines("COPY"):
        source, target = line.split()
        place = tmp_path / target / (Path(source).name if target.endswith("/") else "")
        place.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, place)
    done = subprocess.run(
        [sys.executable, "-c", _IN_THE_CONTAINER],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "oliver_site.settings",
            "OLIVER_DATA_DIR": str(tmp_path / "data"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["200 en True", "200 de True"]


def test_every_setting_that_the_compose_file_gives_is_one() -> None:
    from chat.kernel.conf import Conf

    known = {f"OLIVER_{name.upper()}" for name in Conf.model_fields}
    known |= {"REDIS_URL", "DATABASE_URL"}
    for name in ("web", "worker", "prepare"):
        assert set(services()[name]["environment"]) <= known


def test_redis_keeps_its_log_over_a_restart_and_never_evicts() -> None:
    redis = services()["redis"]
    assert "--appendonly yes --appendfsync everysec" in redis["command"]
    assert "--maxmemory-policy noeviction" in redis["command"]
    assert redis["volumes"] == ["redis:/data"]


def test_units_and_container_run_the_commands_that_the_documentation_names() -> None:
    units = "".join(path.read_text() for path in (DEPLOY / "systemd").glob("*.service"))
    for command in (
        "manage.py runworker assistant",
        "--no-server-name oliver_site.asgi:application",
    ):
        assert command in units
        assert command in str(services()) + (DEPLOY / "Containerfile").read_text()
