"""Print how profiles of made-up machines do: python -m tests.measure.stranger [ROWS…]."""

import statistics
import sys
import time

from py.measure.table.row_workload import workload_of_row
from py.platforms.measured.workload import KINDS
from tests.measure.stranger.compared import (
    Predicted,
    fitted,
    median_error,
    platform_of,
    predicted,
    sums,
)
from tests.measure.stranger.machines import CPU, GPU


def main(counts: list[int]) -> None:
    """Fit each machine from so many rows and print the errors."""
    for machine in (CPU, GPU):
        for count in counts:
            began = time.perf_counter()
            fit = fitted(machine, count)
            print(f"{machine.name}, {count} rows, {time.perf_counter() - began:.0f} s")
            for kind in fit.kinds:
                errors, chosen = kind.time.errors, kind.time.chosen
                beyond = kind.extrapolation
                far = "" if beyond is None else f", beyond {beyond.median_error:.1%}"
                print(
                    f"  {kind.samples.kind:10} {len(kind.samples.works):5} rows "
                    f"RMSPE {errors.rmspe:.1%} median {errors.median:.1%} "
                    f"coverage {kind.time.coverage} {chosen}{far}"
                    f" power {'' if kind.power is None else f'{kind.power.errors.rmspe:.1%}'}"
                )
            layers = predicted(machine, platform_of(fit))
            for name in KINDS:
                part = [one for one in layers if workload_of_row(one.row).kind == name]
                if part:
                    print(_of_kind(name, part))
            print(f"  layers, all: median {median_error(layers):.1%}")
            for (name, batch), error in sums(layers).items():
                print(f"  {name:13} batch {batch:4}: {error:+.1%}")
            sys.stdout.flush()


def _of_kind(kind: str, layers: list[Predicted]) -> str:
    worst = max(layers, key=lambda one: abs(one.error))
    row = worst.row
    return (
        f"  layers, {kind:10} {len(layers):4}: median {median_error(layers):.1%} "
        f"bias {statistics.median(one.error for one in layers):+.1%} "
        f"covered {statistics.fmean(one.covered for one in layers):.0%} "
        f"in range {statistics.fmean(bool(one.estimate.in_range) for one in layers):.0%} "
        f"worst {worst.error:+.0%}: batch {row.batch}, {row.cin} x {row.h} to {row.cout}, "
        f"window {row.kh}, stride {row.stride}, groups {row.groups}"
    )


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [300, 1000])
