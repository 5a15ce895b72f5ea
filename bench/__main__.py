"""Every measurement one after the other; with `write` the figures go into docs/performance.md.

Run: `python -m bench [write] [name …]`; without names all that have a place in the paper.
"""

from __future__ import annotations

import importlib
import sys

from bench import paper
from bench.figures import show


def main(arguments: list[str]) -> None:
    """Measure what is named, or everything."""
    writes = arguments[:1] == ["write"]
    names = arguments[1:] if writes else arguments
    print(paper.occasion())
    for name in names or paper.places():
        print(f"\n== bench.{name}")
        sys.stdout.flush()
        figures = importlib.import_module(f"bench.{name}").main()
        show(figures)
        if writes:
            paper.write(name, figures)


if __name__ == "__main__":
    main(sys.argv[1:])
