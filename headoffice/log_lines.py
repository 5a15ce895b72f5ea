"""The form of every log line of head office: masked at the handler, tracebacks included; a box has its own."""

from __future__ import annotations

import logging

from ledger.masked import masked_log


class MaskedFormatter(logging.Formatter):
    """Formats a record as usual and masks all of it, so that no caller can forget to."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the lines of a traceback, without phone numbers and secrets."""
        return masked_log(super().format(record))


def log_to(handler: logging.Handler, form: str, level: int) -> None:
    """Send every log line of this process to one handler, masked; what was set up before is taken away."""
    handler.setFormatter(MaskedFormatter(form))
    logging.basicConfig(level=level, handlers=[handler], force=True)
