"""Pages travel as zstd, level 1; what comes is unpacked only up to a limit, so that no bomb goes off."""

from __future__ import annotations

import zstandard

from line.errors import PageTooLarge, PageUnreadable


def pack(content: bytes) -> bytes:
    """Return content made small."""
    return zstandard.ZstdCompressor(level=1).compress(content)


def unpack(content: bytes, limit: int) -> bytes:
    """Return what was made small, at most so many bytes; raises PageTooLarge, PageUnreadable."""
    try:
        unpacking = zstandard.ZstdDecompressor(max_window_size=1 << 23).decompressobj()
        unpacked = bytearray()
        for start in range(0, len(content), 1 << 14):
            unpacked += unpacking.decompress(content[start : start + (1 << 14)])
            if len(unpacked) > limit:
                raise PageTooLarge(limit)
    except zstandard.ZstdError as unreadable:
        raise PageUnreadable(str(unreadable)[:80]) from unreadable
    if not unpacking.eof or unpacking.unused_data:
        raise PageUnreadable("cut short" if not unpacking.eof else "more behind it")
    return bytes(unpacked)
