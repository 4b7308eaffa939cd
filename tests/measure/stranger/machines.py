"""Made-up machines that time layers as real ones do: launches, tiles, waves, caches, algorithms.

Nothing of them is like the terms of the default form: times come from the slower of computing and
moving bytes, from whole waves of whole tiles, and from the fastest of several algorithms. So a fit
has to find what it can, as with a machine that nobody has seen.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from py.measure.table.row import Row
from py.measure.table.row_workload import workload_of_row
from py.platforms.measured.workload import Workload

NOISE = 0.05


@dataclass(frozen=True)
class Machine:
    """A machine: ``seconds`` and ``watts`` of a workload, without noise."""

    name: str
    seconds: Callable[[Workload], float]
    watts: Callable[[Workload, float], float]


def measured(machine: Machine, row: Row, generator: random.Random | None) -> Row:
    """Return the row with what the machine takes for it; noise of 5 % on the time, 2 % on power."""
    work = workload_of_row(row)
    time_s = machine.seconds(work)
    power_w = machine.watts(work, time_s)
    if generator is not None:
        time_s *= math.exp(generator.gauss(0, NOISE))
        power_w *= math.exp(generator.gauss(0, 0.02))
    return replace(row, runtime_s=time_s, power_w=power_w, energy_j=time_s * power_w)


def _bytes(work: Workload) -> float:
    return 4.0 * (work.ifmap_elements + work.weight_elements + work.ofmap_elements)


# A GPU: 80 multiprocessors, 15 TFLOP/s, 900 GB/s, 6 MB of second-level cache, 8 us to launch.

_UNITS = 80
_MACS_PER_S = 15e12 / 2
_TILES = ((128, 128, 1.0), (128, 64, 0.85), (64, 64, 0.7), (32, 32, 0.35))


def _gpu_memory_s(count: float) -> float:
    held = min(count, 6e6)
    return held / 2.5e12 + (count - held) / 0.78e12


def _gpu_product_s(rows: float, columns: int, inner: int, times: int) -> float:
    """Return the fastest tiling of products: whole tiles, in whole waves on the units."""
    found = []
    deep = math.ceil(inner / 16) * 16 + 48
    for high, wide, efficiency in _TILES:
        tiles = times * math.ceil(rows / high) * math.ceil(columns / wide)
        for split in (1, 4, 16):
            if deep / split < 64 and split > 1:
                continue
            waves = math.ceil(tiles * split / _UNITS)
            each = high * wide * deep / split / (_MACS_PER_S / _UNITS * efficiency)
            found.append(waves * each + (4e-6 if split > 1 else 0.0))
    return min(found)


def _gpu_seconds(work: Workload) -> float:
    memory_s = _gpu_memory_s(_bytes(work))
    if work.kind in ("dense", "matmul"):
        return 6e-6 + max(_gpu_product_s(work.batch, work.cout, work.cin, work.groups), memory_s)
    if work.kind == "pool":
        return 5e-6 + max(memory_s, work.ops / 4e11) + work.ofmap_elements / 1.5e12
    if work.kind == "depthwise":
        return 7e-6 + max(memory_s, work.macs / 1.1e12 * (1.6 if work.stride > 1 else 1.0))
    inner = work.cin * work.kh * work.kw
    places = work.batch * work.oh * work.ow
    plain = max(_gpu_product_s(places, work.cout, inner, work.groups), memory_s)
    winograd = work.kh == work.kw == 3 and work.stride == 1 and work.groups == 1
    if not winograd or work.cin < 16:
        return 8e-6 + plain
    tiles = work.batch * math.ceil(work.oh / 4) * math.ceil(work.ow / 4)
    around = _gpu_memory_s(_bytes(work) + 4 * 36 * tiles * (work.cin + work.cout) * 0.3)
    return 8e-6 + min(plain, 6e-6 + around + _gpu_product_s(tiles, work.cout, work.cin, 36))


def _gpu_watts(work: Workload, time_s: float) -> float:
    busy = min(1.0, work.macs / _MACS_PER_S / time_s)
    moving = min(1.0, _bytes(work) / 0.9e12 / time_s)
    return 45 + 150 * busy + 70 * moving + 30 * (1 - math.exp(-time_s / 2e-4))


# A CPU: 8 cores of 80 GFLOP/s, 35 GB/s, caches of 1 MB a core and 24 MB shared.

_CORES = 8
_CORE_MACS_PER_S = 80e9 / 2


def _cpu_memory_s(count: float) -> float:
    near, far = min(count, 8e6), min(max(0.0, count - 8e6), 16e6)
    return near / 400e9 + far / 150e9 + max(0.0, count - 24e6) / 35e9


def _cpu_shared(parts: float) -> float:
    """Return the cores' speed-up for so many parts of work: whole rounds."""
    return parts / math.ceil(parts / _CORES)


def _cpu_product_s(rows: float, columns: int, inner: int, times: int) -> float:
    tiles = math.ceil(rows / 6) * math.ceil(columns / 16)
    macs = tiles * 6 * 16 * (inner + 24)
    parts = times if times > 1 else max(1.0, math.ceil(rows / 48))
    small = 20e-6 if macs * times > 2e6 else 2e-6
    return small + times * macs / (_CORE_MACS_PER_S * 0.8) / _cpu_shared(parts)


def _allocated_s(count: float) -> float:
    return count / 4096 * 0.12e-6 if count > 32 * 2**20 else 0.0


def _cpu_seconds(work: Workload) -> float:
    memory_s = _cpu_memory_s(_bytes(work)) + _allocated_s(4.0 * work.ofmap_elements)
    launch_s = 9e-6
    if work.kind in ("dense", "matmul"):
        return launch_s + max(
            _cpu_product_s(work.batch, work.cout, work.cin, work.groups), memory_s
        )
    if work.kind == "pool":
        speed = _cpu_shared(work.batch * work.cin)
        return launch_s + max(work.ops / 1.2e9 / speed, memory_s)
    if work.kind == "depthwise":
        speed = _cpu_shared(work.batch * work.groups)
        return launch_s + max(work.macs / 9e9 / speed, memory_s)
    inner = work.cin * work.kh * work.kw
    laid_out = 0.0
    if work.kh * work.kw > 1 or work.stride > 1:
        laid_out = 4.0 * inner * work.groups * work.batch * work.oh * work.ow
    places = work.batch * work.oh * work.ow
    return (
        launch_s
        + _cpu_product_s(places, work.cout, inner, work.groups)
        + 0.6 * _cpu_memory_s(laid_out)
        + memory_s
    )


def _cpu_watts(work: Workload, time_s: float) -> float:
    busy = min(1.0, work.macs / (_CORES * _CORE_MACS_PER_S) / time_s)
    turbo = 1.25 if time_s < 0.03 else 1.0
    return 18 + turbo * (25 + 60 * busy)


GPU = Machine("made-up GPU", _gpu_seconds, _gpu_watts)
CPU = Machine("made-up CPU", _cpu_seconds, _cpu_watts)
