"""Which backups stay: the last of days, weeks and months, and always the newest, by the clock and by the journal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.backup_manifest import Backup, Manifest
from kiosk.model.backup_rotation import Keep, surplus
from ledger.clock import to_wire_time

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 1, 1, 14, 0, tzinfo=UTC)


def taken(at: datetime, sequence: int, epoch: int = 1) -> Backup:
    told = to_wire_time(at)
    manifest = Manifest("box-1", "xuhui", epoch, sequence, "ab" * 32, False, told, told, 1, 100, 11, 4096, "cd" * 32)
    return Backup(Path(f"{told}-{epoch}-{sequence}.db"), manifest)


def test_a_year_of_day_closes_keeps_two_weeks_two_months_and_a_year() -> None:
    year = [taken(START + timedelta(days=day), day) for day in range(365)]
    kept = [backup for backup in year if backup not in surplus(year, Keep(), ZONE)]
    days = [backup.manifest.taken.date() for backup in kept]
    assert len(kept) == 30
    assert days[-14:] == [(START + timedelta(days=day)).date() for day in range(351, 365)]
    assert {(day.year, day.month) for day in days} == {(2026, month) for month in range(1, 13)}


def test_of_one_day_the_last_backup_stays() -> None:
    day = [taken(START + timedelta(minutes=minute), minute) for minute in range(5)]
    assert surplus(day, Keep(1, 1, 1), ZONE) == tuple(day[:-1])


def test_a_day_is_the_shops_day() -> None:
    evening, after_midnight = datetime(2026, 1, 1, 15, 59, tzinfo=UTC), datetime(2026, 1, 1, 16, 1, tzinfo=UTC)
    assert surplus([taken(evening, 1), taken(after_midnight, 2)], Keep(2, 1, 1), ZONE) == ()


def test_no_backups_make_no_work() -> None:
    assert surplus([], Keep(), ZONE) == ()


backups = st.lists(
    st.builds(
        lambda minutes, sequence, epoch: taken(START + timedelta(minutes=minutes), sequence, epoch),
        st.integers(0, 600 * 24 * 60),
        st.integers(0, 500),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=60,
    unique_by=lambda backup: backup.file,
)
keeps = st.builds(Keep, st.integers(1, 20), st.integers(1, 12), st.integers(1, 12))


@given(backups, keeps)
def test_the_newest_is_never_rotated_out_by_the_clock_or_by_the_journal(there: list[Backup], keep: Keep) -> None:
    gone = surplus(there, keep, ZONE)
    left = [backup for backup in there if backup not in gone]
    assert max(backup.manifest.taken for backup in left) == max(backup.manifest.taken for backup in there)
    assert max(backup.manifest.head for backup in left) == max(backup.manifest.head for backup in there)
    assert len(left) <= keep.daily + keep.weekly + keep.monthly + 1


@given(backups, keeps)
def test_rotating_twice_takes_no_more(there: list[Backup], keep: Keep) -> None:
    left = [backup for backup in there if backup not in surplus(there, keep, ZONE)]
    assert surplus(left, keep, ZONE) == ()


@given(backups, keeps)
def test_every_one_of_the_last_days_keeps_its_last_backup(there: list[Backup], keep: Keep) -> None:
    gone = surplus(there, keep, ZONE)
    days = sorted({backup.manifest.taken.astimezone(ZONE).date() for backup in there})[-keep.daily :]
    left = {backup.manifest.taken.astimezone(ZONE).date() for backup in there if backup not in gone}
    assert set(days) <= left
