"""Random days at two tills keep every promise; `GUITAI_EXAMPLES` raises the count for a hunt."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from tests.kiosk.services.machine import CounterMachine

TestCounter = CounterMachine.TestCase
TestCounter.settings = settings(
    max_examples=int(os.environ.get("GUITAI_EXAMPLES", "20")),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
