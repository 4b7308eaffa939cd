"""A capture of a GPU that is made up: times and powers follow from what layers compute and move.

Each is off by up to three in a hundred, by a number made of the layer.
"""

import math
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from py.graph import Choices
from py.layers import read_model
from py.measure.capture.counted import counted_cells
from py.measure.capture.file import CaptureFile
from py.measure.capture.header import Header
from py.measure.capture.order import ordered, with_networks_at
from py.measure.fit.apart import in_precision
from py.measure.gpu.__main__ import BATCHES
from py.measure.plans.networks import network_path
from py.measure.plans.plan import make_plan
from py.measure.plans.shape import Shape
from py.measure.plans.work import workload_of_shape
from py.platforms.measured.of_layer import workload_of
from py.platforms.measured.workload import Workload

_NOISE = 0.03
_LAUNCH_S, _BYTES_PER_S = 5e-6, 4e12
_MACS_PER_S = {"fp32": 25e12, "bf16": 300e12}

HEADER = Header(
    plan="standard",
    plan_hash="0123",
    started="2026-01-02T03:04:05.678Z",
    runner={"runner": "torch", "version": "2", "device": "cuda:0", "device_name": "A GPU"},
    device="cuda:0",
    machine={"gpus": [{"index": 0, "name": "A GPU"}]},
    method={"window_s": 0.05},
)


def off(text: str) -> float:
    """Return a factor about 1, the same for the same text."""
    return 1 + _NOISE * (zlib.crc32(text.encode()) / 2**31 - 1)


def time_s(work: Workload, dtype: str) -> float:
    moved = work.ifmap_elements + work.weight_elements + work.ofmap_elements
    width = 4 if dtype == "fp32" else 2
    return _LAUNCH_S + work.macs / _MACS_PER_S[dtype] + moved * width / _BYTES_PER_S


def power_w(work: Workload, dtype: str) -> float:
    busy = work.macs / _MACS_PER_S[dtype] / time_s(work, dtype)
    return 200.0 + 400.0 * busy


def make_capture(
    path: Path,
    layers: int,
    networks: Sequence[str],
    dtypes: Sequence[str] = ("fp32", "bf16"),
    powered: int = 3,
) -> None:
    """Write a capture of so many layers, one in ``powered`` with its energy, and of networks."""
    plan = make_plan("quick", "cuda:0", dtypes=dtypes, networks=networks)
    plan = ordered(with_networks_at(plan, BATCHES))
    wanted = [shape for shape in plan.shapes if shape.op != "network"][:layers]
    wanted += [shape for shape in plan.shapes if shape.op == "network"]
    with CaptureFile(path, HEADER) as file:
        for number, shape in enumerate(wanted):
            measured = _network(shape) if shape.op == "network" else _layer(shape, number, powered)
            file.append({**shape.cells, **counted_cells(shape), **measured})


def _layer(shape: Shape, number: int, powered: int) -> Mapping[str, str]:
    work = workload_of_shape(shape)
    seconds = time_s(work, shape.dtype) * off(shape.key)
    power = power_w(work, shape.dtype) * off(f"{shape.key} W")
    return _cells(seconds, None if number // 2 % powered else power)


def _network(shape: Shape) -> Mapping[str, str]:
    with network_path(shape.network or "").open("rb") as file:
        model = read_model(file, "made", Choices(batch=shape.batch))
    parts = []
    for layer in model.layers:
        work = None if layer.in_place else workload_of(layer)
        if work is not None:
            exact = in_precision(work, shape.dtype)
            parts.append((time_s(exact, shape.dtype), power_w(exact, shape.dtype)))
    seconds = math.fsum(one for one, _ in parts)
    return _cells(seconds, math.fsum(one * power for one, power in parts) / seconds)


def _cells(seconds: float, power: float | None) -> Mapping[str, str]:
    found = {"runtime_ms": f"{seconds * 1e3:.7g}", "outlier": "0"}
    if power is not None:
        found |= {"power_w": f"{power:.7g}", "energy_mj": f"{power * seconds * 1e3:.7g}"}
    return found
