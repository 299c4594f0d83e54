"""nginx with deploy/nginx.conf, in front of test servers.

Only what that file says must differ does: the servers, the port and the directories for writing.
"""

import re
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.support.certificate import made_for
from tests.support.eventually import PATIENCE_S
from tests.support.services import Service, program

_DEPLOYED = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
_WRITTEN = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class NginxServer(Service):
    """``with NginxServer([8001, 8002]) as nginx: nginx.url``."""

    def __init__(self, ports: Sequence[int], *, tls: bool = False) -> None:
        super().__init__()
        self._tls = tls
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.access_log = self._folder / "access.log"
        self._conf = self._folder / "nginx.conf"
        self._conf.write_text(self._adapted(ports))

    def check(self) -> str:
        """The output of ``nginx -t``; raises ``CalledProcessError``."""
        done = subprocess.run(
            [*self._command(), "-t"], check=True, capture_output=True, text=True, timeout=PATIENCE_S
        )
        return done.stderr

    def kill(self) -> None:
        """A normal stop: killed, it would leave its children behind."""
        self._signal(signal.SIGTERM)

    def _adapted(self, ports: Sequence[int]) -> str:
        servers = "\n".join(f"    server 127.0.0.1:{port};" for port in ports)
        writable = "\n".join(f"  {name}_temp_path {self._folder}/{name};" for name in _WRITTEN)
        text = _DEPLOYED.read_text()
        text = _once(r"^ +server web:8000 resolve;.*$", servers, text)
        text = _once(r"^ +resolver .*$", writable, text)
        text = _once(r"^error_log .*$", "", text)
        text = _once(r"/var/log/nginx/access.log", str(self.access_log), text)
        text = _once(r"^  http2 on;$", "", text)  # nginx 1.22 has it at ``listen``
        if not self._tls:
            return _once(r"listen 80;", f"listen 127.0.0.1:{self.port};", text)
        certificate, key = made_for("127.0.0.1")
        for name, pem in (("certificate", certificate), ("key", key)):
            (self._folder / f"{name}.pem").write_bytes(pem)
        text = _once(r"listen 80;", "", text)
        text = _once(r"# listen 443 ssl;", f"listen 127.0.0.1:{self.port} ssl http2;", text)
        text = _once(r"# (?=ssl_certificate )", "", text)
        text = _once(r"# (?=ssl_certificate_key )", "", text)
        return text.replace("/etc/nginx/tls/", f"{self._folder}/")

    def _command(self) -> list[str]:
        where = f"daemon off; pid {self._folder}/pid; error_log {self._folder}/log warn;"
        # Debian installs it where only root's PATH looks.
        binary = program("nginx", "/usr/sbin", "/usr/local/sbin")
        return [binary, "-p", str(self._folder), "-c", str(self._conf), "-g", where]

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


def _once(pattern: str, replacement: str, text: str) -> str:
    replaced, count = re.subn(pattern, lambda _: replacement, text, flags=re.MULTILINE)
    assert count == 1, f"{pattern} is {count} times in {_DEPLOYED.name}"
    return replaced
