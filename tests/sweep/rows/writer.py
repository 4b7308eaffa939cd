"""A process that adds rows to a journal and says which are committed, for a test that kills it.

    python -m tests.sweep.rows.writer JOURNAL PLAN COUNT AT_ONCE

It does what is not done yet; each line on standard output is a place.
"""

import sys
from itertools import islice
from pathlib import Path

from py.sweep.rows.journal import Journal
from tests.sweep.rows.made import one

LAYERS = 3


def main(path: str, plan: str, count: str, at_once: str) -> None:
    with Journal(Path(path), plan) as journal:
        done = journal.done()
        left = (place for place in range(int(count)) if place not in done)
        while places := list(islice(left, int(at_once))):
            journal.add([one(place, layers=LAYERS) for place in places])
            sys.stdout.write("".join(f"{place}\n" for place in places))
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
