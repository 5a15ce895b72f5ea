"""What tests of books under a key share: whether this SQLite encrypts, and what can be read in a file."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

needs_ciphers = pytest.mark.skipif(
    not hasattr(apsw, "mc_version"), reason="this SQLite encrypts nothing; `make test-encrypted` lays one that does"
)


def secrets_in(path: Path) -> set[str]:
    """What can be read in a file, however it is written."""
    content = path.read_bytes()
    words = ("欧阳明日", "13812341234", "SQLite format", "journal")
    return {
        word for word in words for encoding in ("utf-8", "utf-16-le", "gb18030") if word.encode(encoding) in content
    }
