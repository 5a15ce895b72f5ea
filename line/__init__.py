"""The line between a box and head office: what both ends need beyond the ledger — keys, signatures, TLS, packing.

It stands beside the kiosk and above the ledger; the counter itself never loads it.
"""
