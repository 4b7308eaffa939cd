"""How much memory and time captures of very many rows take, from their file to a profile.

    python -m tests.benchmarks.million_rows_benchmark [--taken MOST] [ROWS...]

Made-up captures of twelve kinds of layers are fitted, each in a process of its own; without numbers
of a hundred thousand, three hundred thousand and a million rows. ``--taken`` limits how many rows
are fitted to, so that what reading takes stands out; else as many as ever.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from py.columns import columns, counted
from tests.measure.many_rows import block_rows, write_many_rows
from tests.measure.peak import peak_of

ROWS = (100_000, 300_000, 1_000_000)


def main() -> int:
    """Print a line for each number of rows."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--taken", type=int, default=0)
    parser.add_argument("rows", type=int, nargs="*", default=ROWS)
    given = parser.parse_args()
    lines = []
    for rows in given.rows:
        blocks = max(1, rows // block_rows())
        with tempfile.TemporaryDirectory() as folder:
            capture, output = Path(folder) / "many.csv.gz", Path(folder) / "made.json"
            write_many_rows(capture, blocks)
            step = ("fit", str(capture), "--id", "made", "--output", str(output))
            found = peak_of(*step, most=given.taken)
        if found.status:
            sys.stderr.write(found.said)
            return found.status
        count = counted(blocks * block_rows())
        lines.append((count, f"{found.most_mb:.0f} MB", f"{found.processor_s:.0f} s"))
    print("\n".join(columns(("rows", "most memory", "processor"), lines, left=0)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
