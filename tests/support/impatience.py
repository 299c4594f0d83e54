"""A provider's silence without a race: long until it has said something, short from then on."""

import pytest

from chat.engine.providers.transport import CalmResponse

_SHORT_S = 0.2


def impatient_after(monkeypatch: pytest.MonkeyPatch, *, events: int) -> None:
    """The assistant's own time-out holds until so many have come; 0: until the headers have."""
    read, heard = CalmResponse._read, 0

    async def listening(response: CalmResponse) -> bytes:
        nonlocal heard
        if heard >= events:
            response._transport.timeout_s = _SHORT_S
        data = await read(response)
        heard += data.count(b"data:")
        return data

    monkeypatch.setattr(CalmResponse, "_read", listening)
