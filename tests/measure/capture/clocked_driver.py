"""A capture of the plan ``clocks`` in a process of its own: a fake runner, NVML as it is there.

Arguments: the file, and how many layers at each clock.
"""

import sys
from pathlib import Path

from py.measure.capture import session
from py.measure.capture.command import say
from py.measure.capture.method import Method
from py.measure.capture.progress import PlainProgress
from py.measure.capture.request import Request
from py.measure.machine import describe
from py.measure.machine.host import host_at
from py.measure.plans.plan import Plan
from py.measure.plans.shape import Shape
from py.terminal import FINE, run
from tests.measure.capture.made import FAKE_RUNNER, NO_METERS

METHOD = Method(window_s=0.002, network_s=0.002, least_warm_up_s=1e-4, updates=2, idle_s=0.01)


def main(arguments: list[str]) -> int:
    path, count = arguments

    def made(name: str, device: str, clocks_mhz: tuple[int, ...] = (), **_: object) -> Plan:
        shapes = [
            Shape("fc", 1 + place, cin=8, cout=8, clock_mhz=clock)
            for clock in (*clocks_mhz[:2], None)
            for place in range(int(count))
        ]
        return Plan(name, tuple(shapes), 600.0)

    vars(session).update(make_plan=made, method_of=lambda plan: METHOD)
    facts = describe.look_at(host_at(Path(path).parent / "none"), lambda _: ((), ()), 0.01)
    request = Request("clocks", FAKE_RUNNER, "cuda:0", path, meters=NO_METERS)
    session.take_capture(request, facts, say, PlainProgress())
    return FINE


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
