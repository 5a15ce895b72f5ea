"""Receipts: document (pure, worded once at the time of sale) → layout → bytes for the printer, a picture, plain text."""
