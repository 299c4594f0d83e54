"""A yardstick: the least that any server in the middle must do. One read, one write, no thought.

python -m tests.benchmarks.bare_proxy PORT PROVIDER_URL
"""

import asyncio
import sys
from urllib.parse import urlsplit


async def main(port: int, provider_url: str) -> None:
    provider = urlsplit(provider_url)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        upstream, to_upstream = await asyncio.open_connection(provider.hostname, provider.port)
        to_upstream.write(
            f"POST {provider.path}/chat/completions HTTP/1.1\r\nHost: provider\r\n"
            f"Content-Length: {length}\r\n\r\n".encode()
            + body
        )
        while data := await upstream.read(65536):
            writer.write(data)
            await writer.drain()
            if data.endswith(b"0\r\n\r\n"):
                break
        to_upstream.close()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=2048)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
