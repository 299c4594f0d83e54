"""Put htmx and its SSE extension into ``static/vendor/`` as one pinned file, with their hashes.

For whoever moves to a new htmx version; nothing runs it at build or start time:

    npm pack htmx.org@4.0.1
    python deploy/vendor_htmx.py htmx.org-4.0.1.tgz

One file and not two: two deferred scripts initialise in the wrong order, and then 0 to 9 of 10
streams connect at page load (measured). It writes the file and ``VENDORED.json``; the version is
part of the file's name, so ``templates/app.html`` has to name the new one.
"""

import hashlib
import json
import re
import sys
import tarfile
from pathlib import Path

VENDOR_DIR = Path(__file__).resolve().parent.parent / "static" / "vendor"
SOURCES = ("dist/htmx.min.js", "dist/ext/hx-sse.min.js")  # in this order: the core comes first


def main(archive: Path) -> None:
    with tarfile.open(archive) as package:
        version = json.loads(_read(package, "package.json"))["version"]
        parts = {name: _read(package, name) for name in SOURCES}
    target = VENDOR_DIR / f"htmx-{version}.js"
    target.write_bytes(_concatenated(version, parts))
    record = {
        "package": "htmx.org",
        "version": version,
        "license": "0BSD",
        "archive": {"name": archive.name, "sha256": _sha256(archive.read_bytes())},
        "sources": {name: _sha256(content) for name, content in parts.items()},
        "file": {"name": target.name, "sha256": _sha256(target.read_bytes())},
    }
    (VENDOR_DIR / "VENDORED.json").write_text(json.dumps(record, indent=2) + "\n")


def _concatenated(version: str, parts: dict[str, bytes]) -> bytes:
    header = f"/* htmx.org {version} (0BSD): {' + '.join(parts)}. See VENDORED.json. */\n"
    return header.encode() + b"".join(
        _without_map(content) + b"\n;\n" for content in parts.values()
    )


def _without_map(script: bytes) -> bytes:
    """Drop the source map's address: the map is not vendored, and browsers would ask for it."""
    return re.sub(rb"\n?//# sourceMappingURL=\S+\s*$", b"", script).rstrip()


def _read(package: tarfile.TarFile, name: str) -> bytes:
    member = package.extractfile(f"package/{name}")
    if member is None:
        raise SystemExit(f"{name} is not in this package")
    return member.read()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
