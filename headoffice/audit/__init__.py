"""Audit: head office proves its own books from the journals' bytes, and hands the proof on."""
