"""The room of the server that receives every store's journal; the next issue moves it in.

Here will live: the intake that checks signature, chain, balance and idempotency, the audit, members, programme packs
and the owner's pages. It may import `ledger` and nothing else of this distribution; the contracts in `pyproject.toml`
hold it to that already.
"""
