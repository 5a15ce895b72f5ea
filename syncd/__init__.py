"""The daemon on the store box: carries the journal to head office and brings grants, members and programmes back.

`engine` is the protocol without a network; around it stand the line (`client`), the loops (`pump`, `asks`), the counter's
socket (`local_api`), the status page and the command line. It takes `kiosk.model`, `kiosk.config`, `ledger` and `line`, and
never loads a terminal, a printer or a server's database. Source: `docs/protocol.md`.
"""
