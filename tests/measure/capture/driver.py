"""A capture in a process of its own, to be killed: ``python -m tests.measure.capture.driver``.

Arguments: the file, how many layers, and the seconds that a run of one takes.
"""

import sys
from pathlib import Path

from py.measure.capture.file import CaptureFile
from py.measure.capture.method import Method
from py.measure.capture.progress import PlainProgress
from py.measure.capture.run import run_capture
from py.measure.capture.station import Equipment, Station
from py.terminal import FINE, run
from tests.measure.capture.made import FAKE_METERS, FAKE_RUNNER, layers, made_header

METHOD = Method(window_s=0.002, network_s=0.002, least_warm_up_s=1e-4, updates=2, idle_s=0.01)


def main(arguments: list[str]) -> int:
    path, count, seconds = arguments
    settings = {"seconds": seconds}
    equipment = Equipment(FAKE_RUNNER, "cpu", METHOD, settings, FAKE_METERS)
    with Station(equipment) as station, CaptureFile(Path(path), made_header()) as file:
        run_capture(layers(int(count)), file, station, PlainProgress(), idle=True)
        file.close(tidy=True)
    return FINE


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
