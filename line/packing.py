"""Pages travel as zstd, level 1; what comes is unpacked only up to a limit, so that no bomb goes off.

A frame says how large it is, and no more than that is ever set aside: 16 KiB of repeated blocks would else be 512 MiB
before anybody could count them (RFC 8878, 3.1.1.2.3).
"""

from __future__ import annotations

import zstandard

from line.errors import PageTooLarge, PageUnreadable


def pack(content: bytes) -> bytes:
    """Return content made small."""
    return zstandard.ZstdCompressor(level=1).compress(content)


def unpack(content: bytes, limit: int) -> bytes:
    """Return what was made small, at most so many bytes; raises PageTooLarge, PageUnreadable."""
    try:
        told = zstandard.get_frame_parameters(content).content_size
        if told == zstandard.CONTENTSIZE_UNKNOWN:
            raise PageUnreadable("no size")
        if told > limit:
            raise PageTooLarge(limit)
        unpacked = zstandard.ZstdDecompressor().decompress(content, allow_extra_data=False)
    except zstandard.ZstdError as unreadable:
        raise PageUnreadable(str(unreadable)[:80]) from unreadable
    if not unpacked and content != pack(b""):
        raise PageUnreadable("more than nothing")  # the library looks no further into a frame that says it is empty
    return unpacked
