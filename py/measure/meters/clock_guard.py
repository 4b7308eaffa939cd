"""Waits for the process that has set a GPU's clocks; if it ends without a word, puts them back.

``python -m py.measure.meters.clock_guard INDEX MEMORY_MHZ CLOCK_MHZ``: the index of the GPU and the
application clocks that it had (0 0: none). Standard input closes when the other process ends, in
whatever way.
"""

import signal
import sys
from contextlib import suppress

from py.measure.meters.meter import MeterError
from py.measure.meters.nvml_clocks import restore
from py.measure.meters.nvml_library import Nvml


def main(arguments: list[str]) -> int:
    """Wait, and restore unless told that it has been done."""
    index, memory_mhz, clock_mhz = map(int, arguments)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    nvml = Nvml.load()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if sys.stdin.readline() != "restored\n":
        # Which of the two was set died with that process; one that was not is refused, or no loss.
        with suppress(MeterError):
            restore(nvml, index, True, (memory_mhz, clock_mhz) if clock_mhz else None)
    nvml.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
