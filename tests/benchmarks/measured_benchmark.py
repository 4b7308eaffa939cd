"""How much of the processor's time a measured platform takes.

    python -m tests.benchmarks.measured_benchmark [RUNS]

Two hundred different convolutions, products and poolings, priced by each shipped profile that has
models of them, without anything kept from before.
"""

import sys
import time
from statistics import median

from py.columns import columns
from py.platforms.load import platform_from_json, read_platform_file, shipped_platforms
from py.platforms.measured.engine import Measured
from py.platforms.measured.workload import Workload, convolution, pooling, product

LAYERS = 200
RUNS = 15


def works(kind: str) -> list[Workload]:
    """Return two hundred different layers of a kind."""
    sizes = range(1, LAYERS + 1)
    if kind == "conv":
        image, window = (28, 28), (3, 3)
        return [
            convolution(
                batch=4,
                groups=1,
                cin=3 + size,
                cout=64,
                image=image,
                ofmap=image,
                window=window,
                stride=1.0,
                pad=1,
            )
            for size in sizes
        ]
    if kind == "pool":
        image, ofmap = (56, 56), (28, 28)
        return [
            pooling(batch=4, channels=size, image=image, ofmap=ofmap, window=(2, 2), stride=2.0)
            for size in sizes
        ]
    return [
        product("dense", products=1, rows=size, inputs=512, outputs=1000, bits=(32, 32))
        for size in sizes
    ]


def seconds(platform: Measured, layers: list[Workload]) -> float:
    begun = time.process_time()
    for layer in layers:
        platform.answer(layer).estimate()
    return time.process_time() - begun


def main(runs: int) -> None:
    """Print the least and the median of some runs."""
    rows = []
    for name in shipped_platforms("measured"):
        platform = platform_from_json(read_platform_file(name))
        assert isinstance(platform, Measured)
        for model in platform.profile.models.values():
            layers = works(model.kind)
            taken = [seconds(platform, layers) for _ in range(runs)]
            terms = len(model.time.polynomial.terms)
            cells = (f"{1e3 * min(taken):.1f}", f"{1e3 * median(taken):.1f}")
            rows.append([name, model.kind, str(terms), *cells])
    header = ("profile", "kind", "terms of time", "least ms", "median ms")
    sys.stdout.write("\n".join(columns(header, rows, left=2)) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
