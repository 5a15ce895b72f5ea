"""What the operating system says of a disk, in the words of the store: full, read-only, or broken."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kiosk.model.errors import ModelError, StoreBroken, StoreFull, StoreReadOnly

_READ_ONLY: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextmanager
def disk_errors_named(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses beside the books into ours; raises StoreFull, StoreReadOnly, StoreBroken."""
    try:
        yield
    except OSError as failed:
        raise disk_error(failed, path) from failed


def disk_error(failed: OSError, path: Path) -> ModelError:
    """Return the store's name for a failed call of the operating system."""
    if failed.errno in _READ_ONLY:
        return StoreReadOnly(str(path))
    if failed.errno in _FULL:
        return StoreFull(str(path))
    return StoreBroken(f"{type(failed).__name__}: {failed}")
