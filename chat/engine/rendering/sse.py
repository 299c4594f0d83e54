"""Server-Sent Events: encodes one message as bytes.

Used by the stream consumer and the API, which define the data. Never waits or sends.

    encode(data="<p>Hello</p>", seq=42)  ->  b"id: 42\\ndata: <p>Hello</p>\\n\\n"
    encode(data="x", event="done", seq=99)  ->  b"id: 99\\nevent: done\\ndata: x\\n\\n"
"""

import re

#: A comment line keeps proxies from closing a quiet stream; clients ignore it.
PING = b": ping\n\n"

#: The line ends of the SSE standard. ``str.splitlines`` also splits at others (U+2028, form feed)
#: and would turn them into line breaks in an answer.
_LINE_END = re.compile(r"\r\n|\r|\n")


def encode(*, data: str, event: str | None = None, seq: int | None = None) -> bytes:
    """``seq`` becomes the id, which a client sends back as Last-Event-ID."""
    head = "" if seq is None else f"id: {seq}\n"
    if event is not None:
        head += f"event: {event}\n"
    lines = _LINE_END.sub("\n", data) if "\r" in data else data
    lines = lines.replace("\n", "\ndata: ")
    return f"{head}data: {lines}\n\n".encode()
