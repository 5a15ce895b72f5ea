"""Repeatable measurements, each against a limit or a peer in the same run; never part of the tests."""
