"""Typesets a PDF: ``python -I typeset.py < transcript.json > transcript.pdf``.

It runs as a separate process because a long conversation briefly needs hundreds of megabytes, and
because a text that crashes the typesetter must not crash the server. It imports nothing of Oliver.
"""

import json
import resource
import sys
from pathlib import Path

import typst

_HERE = Path(__file__).parent
_MEMORY_BYTES = 4 << 30
_CPU_SECONDS = 120


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    text = sys.stdin.buffer.read().decode()
    compiler = typst.Compiler(
        _HERE / "transcript.typ",
        root=_HERE,
        font_paths=typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[_HERE / "fonts"],
        ),
        sys_inputs={"transcript": text},
    )
    content = compiler.compile(format="pdf", timestamp=json.loads(text)["timestamp"])
    assert isinstance(content, bytes)
    sys.stdout.buffer.write(content)


if __name__ == "__main__":
    main()
