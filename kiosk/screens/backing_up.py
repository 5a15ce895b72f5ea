"""Backups on the screen: one after each day close, told as it ends; what is wrong with them, told at home."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from textual.app import App
from textual.message import Message

from kiosk.i18n import clock_text
from kiosk.screens import phrases_backup as words
from kiosk.screens.backup_words import word_trouble
from kiosk.screens.base import CounterScreen
from kiosk.screens.desk import Desk
from kiosk.screens.home import HomeScreen
from kiosk.screens.phrases import TOLD
from kiosk.screens.result import ResultScreen
from kiosk.services.backup import Outcome, Trouble

PAST_SECONDS: Final = 5.0
"""How often the counter looks whether its past is to be noted."""
LOOK_SECONDS: Final = 3600.0
"""How often it looks how old the last backup is."""
LEAVE_SECONDS: Final = 10.0
"""How long leaving waits for a backup under way; the box's session gives 15 seconds in all."""


@dataclass(eq=False)
class BackupEnded(Message):
    """A backup was taken, or was not."""

    outcome: Outcome


class BackingUp(App[None]):
    """An app that keeps its box's past and takes its backups."""

    desk: Desk

    def watch_past(self) -> None:
        """Begin to note how far the journal reaches, and look how the backups are."""
        self._keep(self.desk.backups.look_at_second)
        self.look_at_backups()
        self.set_interval(PAST_SECONDS, lambda: self._keep(self.desk.backups.note_if_due))
        self.set_interval(LOOK_SECONDS, self.look_at_backups)

    def note_past(self) -> None:
        """Note how far the journal reaches now."""
        self._keep(self.desk.backups.note)

    def look_at_backups(self) -> None:
        """Look what is to be said of the backups."""
        self.run_worker(self._look_at_backups(), group="backups", exclusive=True)

    async def _look_at_backups(self) -> None:
        desk = self.desk
        try:
            desk.backup_trouble = await desk.keep(desk.backups.trouble)
        except TOLD as error:
            desk.backup_trouble = Trouble(error)
        if isinstance(self.screen, HomeScreen):
            self.screen.tell_of_backups()

    def _keep(self, noting: Callable[[], None]) -> None:
        self.run_worker(self._kept(noting), group="past")

    async def _kept(self, noting: Callable[[], None]) -> None:
        try:
            await self.desk.keep(noting)
        except TOLD as error:  # money goes on; home says it until a backup or a note succeeds
            self.desk.backup_trouble = Trouble(error)

    def back_up(self) -> None:
        """Take a backup now; the day that was closed says so and hears what comes of it."""
        if self.desk.backups.start(self._hear_backup):
            self._say_in_result(words.RUNNING.said(self.desk.language))

    def _hear_backup(self, outcome: Outcome) -> None:
        """Take the outcome, from its own thread."""
        self.post_message(BackupEnded(outcome))

    def on_backup_ended(self, message: BackupEnded) -> None:
        """Say what came of a backup: in the day's result where it stands, and why not wherever the cashier is."""
        outcome, desk = message.outcome, self.desk
        self._say_in_result(self._result(outcome))
        self.look_at_backups()
        trouble = outcome.trouble
        if trouble is not None and isinstance(self.screen, CounterScreen):
            self.screen.refuse(word_trouble(trouble, desk.language, desk.counter.zone), stops=False)

    def _result(self, outcome: Outcome) -> str:
        if outcome.failure is not None:
            return words.NOT_DONE.said(self.desk.language)
        if outcome.second_failure is not None:
            return words.HALF_DONE.said(self.desk.language)
        done = words.DONE_BOTH if outcome.second_file else words.DONE
        at = clock_text(outcome.at, self.desk.counter.zone)
        return done.said(self.desk.language, at=at)

    def _say_in_result(self, told: str) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, ResultScreen) and screen.outcome.tells_backup:
                screen.tell(words.BACKUP.said(self.desk.language), told)
