"""Server-Sent Events on the wire: what one message is as bytes.

The stream consumer and the API call it; what the data means is theirs. Nothing here waits or sends.

    encode(data="<p>Hello</p>", seq=42)  ->  b"id: 42\\ndata: <p>Hello</p>\\n\\n"
    encode(data="x", event="done", seq=99)  ->  b"id: 99\\nevent: done\\ndata: x\\n\\n"
"""

import re

#: A comment line: keeps proxies from closing a quiet stream, and readers ignore it.
PING = b": ping\n\n"

#: The line ends of the SSE standard. ``str.splitlines`` knows more of them (U+2028, form feed),
#: and would turn those signs in an answer into line breaks.
_LINE_END = re.compile(r"\r\n|\r|\n")


def encode(*, data: str, event: str | None = None, seq: int | None = None) -> bytes:
    """One message. ``seq`` becomes its id, which a reader sends back as Last-Event-ID."""
    head = "" if seq is None else f"id: {seq}\n"
    if event is not None:
        head += f"event: {event}\n"
    lines = _LINE_END.sub("\n", data) if "\r" in data else data
    lines = lines.replace("\n", "\ndata: ")
    return f"{head}data: {lines}\n\n".encode()
