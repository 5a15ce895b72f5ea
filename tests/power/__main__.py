"""Hunt for a power cut that loses something: `python -m tests.power --images 100000 [--seed 0]`."""

from __future__ import annotations

import argparse
import sys
import time
from itertools import count

from tests.power.deeds import day
from tests.power.hunt import hunt, quick_folder

_A_DAY = 2_000
"""So many images of one day; then another day is lived, with its own ids and other moments at which the log is written back."""


def main() -> int:
    """Hunt, and print what was found; 1 where anything was."""
    parser = argparse.ArgumentParser(prog="tests.power")
    parser.add_argument("--images", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    done, began, faults = 0, time.monotonic(), 0
    with quick_folder() as folder:
        while done < asked.images:
            first = asked.seed + done
            tape, kept = day(folder / f"day-{first}", wal_autocheckpoint=(4_000, 8, 1)[done // _A_DAY % 3])
            found = hunt(tape, kept, folder, count(first), min(_A_DAY, asked.images - done))
            done += found.images
            faults += len(found.faults)
            for fault in found.faults:
                sys.stdout.write(f"seed {fault.seed}, step {fault.at}: {fault.what}\n")
            rate = done / (time.monotonic() - began)
            sys.stdout.write(f"{done:,} images, {faults} faults, {rate:.0f} a second\n")
            sys.stdout.flush()
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
