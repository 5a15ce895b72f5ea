"""Receipts: document (data, worded once at the sale) → layout → bytes for the printer, a picture, plain text."""
