"""The room of the daemon on the store box; the next issue moves it in.

Here will live: the push of the journal past a cursor, the pull of grants and programmes, the answer to the kiosk's
ask for a grant, and the status that an installer reads. It may import `kiosk.model`, `kiosk.config` and `ledger`, and
never loads Textual, escpos or serial; the contracts in `pyproject.toml` and `tests/architecture/` hold it to that already.
"""
