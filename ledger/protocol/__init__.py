"""How a box and head office speak: messages, pages and the judgement of a page, without any I/O.

Source: `docs/protocol.md`.
"""
