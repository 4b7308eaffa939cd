"""Whole processes side by side: ``python -m py.layers`` against onnx's load and shape inference.

``python -m tests.benchmarks.graph_benchmark`` prints the time and the peak memory of each, for a
VGG-16 of 550 MB, the same nodes in a file of 12 GB (holes), and encoders of 6,000 and 10,000 nodes.
"""

import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.large_models import transformer_of, write_vgg16

ROUNDS = 5
# onnx came with its bytecode; where Python is told to write none, ours would be compiled each time.
_ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}
_ONNX = (
    "import sys, onnx; model = onnx.load(sys.argv[1]); "
    "onnx.shape_inference.infer_shapes(model, data_prop=bool(int(sys.argv[2])))"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall time and peak resident memory of a process."""

    time_s: float
    peak_bytes: int


def measured(command: list[str]) -> Cost:
    """Run a command to its end with its output thrown away."""
    begin = time.perf_counter()
    child = os.posix_spawn(
        command[0],
        command,
        _ENVIRONMENT,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{' '.join(command)[:200]} failed")
    return Cost(time.perf_counter() - begin, usage.ru_maxrss * 1024)


def ours(path: Path) -> list[str]:
    return [sys.executable, "-m", "py.layers", str(path)]


def theirs(path: Path, *, data_prop: bool) -> list[str]:
    return [sys.executable, "-c", _ONNX, str(path), str(int(data_prop))]


def compare(name: str, commands: dict[str, list[str]], rounds: int) -> None:
    """Print the median of each command, run in turns, and their ratios to the last."""
    costs: dict[str, list[Cost]] = {label: [] for label in commands}
    for _ in range(rounds):
        for label, command in commands.items():
            costs[label].append(measured(command))
    base: Cost | None = None
    for label in reversed(commands):
        cost = Cost(
            statistics.median(found.time_s for found in costs[label]),
            int(statistics.median(found.peak_bytes for found in costs[label])),
        )
        base = base or cost
        print(
            f"{name:32} {label:10} {cost.time_s:7.3f} s {cost.peak_bytes / 1e6:8.1f} MB   "
            f"time x {cost.time_s / base.time_s:6.3f}   "
            f"memory x {cost.peak_bytes / base.peak_bytes:6.3f}"
        )


def main() -> None:
    """Write the models, run everything, print the table."""
    with tempfile.TemporaryDirectory() as folder:
        vgg, huge = Path(folder, "vgg16.onnx"), Path(folder, "vgg16_12GB.onnx")
        write_vgg16(vgg)
        size = write_vgg16(huge, factor=22)
        compare("VGG-16, 550 MB", {"py.layers": ours(vgg), "onnx": theirs(vgg, data_prop=False)}, 3)
        compare(
            f"VGG-16 in {size / 1e9:.1f} GB",
            {"12 GB": ours(huge), "550 MB": ours(vgg)},
            ROUNDS,
        )
        for count in (6_000, 10_000):
            path = Path(folder, f"encoder_{count}.onnx")
            model = transformer_of(count)
            path.write_bytes(model.SerializeToString())
            compare(
                f"encoder, {len(model.graph.node):,} nodes",
                {"py.layers": ours(path), "onnx": theirs(path, data_prop=True)},
                ROUNDS,
            )


if __name__ == "__main__":
    main()
