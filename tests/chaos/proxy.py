"""A forwarder before head office that can swallow answers: the request arrives and is committed, nobody hears of it.

`proxy.py FLAG LISTEN TARGET`: while the file FLAG is there, what the server sends back is thrown away and the connection
closed. TLS passes through untouched.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

FLAG, LISTEN, TARGET = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])


def lost() -> bool:
    """Tell whether answers are to be lost now."""
    return FLAG.exists()


async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter, *, answers: bool) -> None:
    """Carry bytes one way until the end, or until an answer is to be lost."""
    carried = 0
    try:
        while part := await source.read(1 << 16):
            carried += len(part)
            established = carried > 4096
            if answers and established and lost():
                break
            target.write(part)
            await target.drain()
    except OSError:
        return
    finally:
        target.close()


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Join a box's connection with one to head office."""
    try:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", TARGET)
    except OSError:
        writer.close()
        return
    await asyncio.gather(pump(reader, there_writer, answers=False), pump(there_reader, writer, answers=True))


async def main() -> None:
    """Listen for ever."""
    server = await asyncio.start_server(serve, "0.0.0.0", LISTEN)  # noqa: S104 - inside a namespace of its own
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
