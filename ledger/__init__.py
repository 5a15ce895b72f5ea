"""The shared kernel: money, entries, lots, purses and rules, pure and standard library only.

Three processes (the store box, its daemon and head office) must agree byte for byte on money, so nothing in
here reads a clock, draws randomness, opens a file or touches a network; all of that is handed in.
"""
