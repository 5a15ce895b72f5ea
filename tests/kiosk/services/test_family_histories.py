"""Random days of families keep every promise of docs/rules/family.md; `GUITAI_EXAMPLES` raises the count for a hunt."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from tests.kiosk.services.family_machine import FamilyMachine

TestFamilies = FamilyMachine.TestCase
TestFamilies.settings = settings(
    max_examples=int(os.environ.get("GUITAI_EXAMPLES", "12")),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
