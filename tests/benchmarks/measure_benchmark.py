"""Whole networks, measured and predicted in one run: how far off is a profile made here and now?

    python -m tests.benchmarks.measure_benchmark [quick|standard|CAPTURE.csv.gz [NETWORK…]]

measures a plan with onnxruntime on this machine's processor (or takes a capture that is there). For
each network it prints the measured time and, as ratios to it, the prediction of a fit that has seen
none of the network's own layer shapes, that of a fit that has seen them, and the sum of its
measured layers. What the last is off is the runner's: a network is more than its layers, and no
model of layers can know it.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from pathlib import Path
from statistics import fmean

from py.measure.__main__ import main as measure
from py.measure.fit.apart import Predicted, apart, networks_of, predicted
from py.measure.fit.profile_fit import Source, fit_profile
from py.measure.plans.networks import network_path
from py.measure.plans.of_network import shapes_of_network
from py.measure.plans.work import workload_of_shape
from py.measure.table.row import Row
from py.measure.table.row_workload import workload_of_row
from py.measure.table.rows import read_rows
from py.platforms.measured.engine import Measured
from py.platforms.measured.read import profile_from_json
from py.platforms.measured.workload import Workload

_PLANS = ("quick", "standard")
_SOURCE = Source("capture", "0" * 64, ())


@dataclass(frozen=True, slots=True)
class Compared:
    """A network at a batch: without and with its own shapes seen, and as its layers add up."""

    unseen: Predicted
    seen: Predicted
    layers_s: float | None

    @property
    def line(self) -> str:
        measured_s = self.unseen.time_s
        ratios = (self.unseen.predicted_s, self.seen.predicted_s, self.layers_s)
        shown = "  ".join(
            f"{'unknown' if one is None else f'{one / measured_s:7.3f}':>7}" for one in ratios
        )
        name = f"{self.unseen.network} x {self.unseen.batch}"
        return f"{name:<22} {measured_s * 1e3:9.2f} ms   {shown}"


def compare(rows: Sequence[Row], capture: Path, names: Sequence[str]) -> list[Compared]:
    """Return each network of a capture, or those named, compared."""
    fit = fit_profile("benchmark", rows, (_SOURCE,), {})
    platform = Measured("benchmark", "", "", profile_from_json(fit.json))
    times = _times(rows)
    found = []
    for name, own in networks_of(rows).items():
        if names and name not in names:
            continue
        for unseen, row in zip(apart(_SOURCE, capture, name), own, strict=True):
            layers_s = _sum_of_layers(name, row.batch or 1, times)
            found.append(Compared(unseen, predicted(platform, row), layers_s))
    return found


def _times(rows: Sequence[Row]) -> dict[Workload, float]:
    return {
        workload_of_row(row): row.runtime_s
        for row in rows
        if row.is_layer and row.runtime_s is not None
    }


def _sum_of_layers(network: str, batch: int, times: dict[Workload, float]) -> float | None:
    """Return the time of the measured layers; None where one of them was not measured."""
    shapes = [shape for shape, _ in shapes_of_network(network_path(network), batch)]
    known = [times.get(workload_of_shape(shape)) for shape in shapes]
    measured = [one for one in known if one is not None]
    return fsum(measured) if len(measured) == len(known) else None


def main(arguments: Sequence[str]) -> int:
    """Measure, compare, print."""
    asked = arguments[0] if arguments else "quick"
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(asked)
        if asked in _PLANS:
            path = Path(folder) / "capture.csv.gz"
            given = ["--plan", asked, "--runner", "onnxruntime", "--device", "cpu"]
            measure(["capture", *given, "--output", str(path)])
        rows = read_rows([path]).rows
        measured_s = time.perf_counter() - began
        found = compare(rows, path, arguments[1:])
    print(f"{sum(row.is_layer for row in rows)} layers, {len(found)} networks, {measured_s:.0f} s")
    print(f"{'network x batch':<22} {'measured':>12}   {'unseen':>7}  {'seen':>7}  {'layers':>7}")
    for one in found:
        print(one.line)
    for title, errors in (
        ("own shapes left out", [one.unseen.time_error for one in found]),
        ("own shapes included", [one.seen.time_error for one in found]),
        (
            "sum of layers",
            [one.layers_s / one.unseen.time_s - 1 for one in found if one.layers_s is not None],
        ),
    ):
        known = [abs(error) for error in errors if error is not None]
        if known:
            print(f"mean error, {title}: {fmean(known):.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
