"""``python -m py.measure`` in a process of its own, which says on standard error what it took.

    python -m tests.measure.peak MOST STEP...

``MOST`` is how many rows a fit takes in all, 0 for as many as it takes anyway. The last line has
the most memory that the process had at once, in megabytes, and its time on the processor.
"""

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
STATUS = Path("/proc/self/status")


class Peak(NamedTuple):
    """The exit status of a run, what it said, its most memory and its time."""

    status: int
    said: str
    most_mb: float
    processor_s: float


def peak_of(*step: str, most: int = 0, output: Path | None = None) -> Peak:
    """Run a step; what it writes on standard output goes to a file."""
    command = [sys.executable, "-m", "tests.measure.peak", str(most), *step]
    with (output or Path("/dev/null")).open("w") as file:
        done = subprocess.run(command, cwd=ROOT, stdout=file, stderr=subprocess.PIPE, text=True)
    said, _, last = done.stderr.rstrip().rpartition("\n")
    most_mb, processor_s = map(float, last.split())
    return Peak(done.returncode, said, most_mb, processor_s)


def main() -> int:
    from py.measure.__main__ import main as measure
    from py.measure.fit import choice
    from py.terminal import run

    most, *step = sys.argv[1:]
    if int(most):
        choice.MOST_OF_ALL = int(most)
    status = run(measure, step)
    # The kernel's own high-water mark begins anew with the program; that of getrusage does not.
    found = re.search(r"VmHWM:\s*(\d+) kB", STATUS.read_text())
    assert found is not None
    sys.stderr.write(f"\n{int(found[1]) / 1e3:.0f} {time.process_time():.1f}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
