"""Rooflines beside layers that others measured: right to a small factor where the software is new.

PyTorch 2.1 on eight GPUs (NeuSight's rows, ../shared/data): the median of estimated over measured.
With a stack of 2018 and its session's overhead in every row (CDE's rows) layers take several times
as long, which no datasheet says: there it is only told that the estimate is the shorter.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from py.layers import Layer, LoopNest
from py.platforms import load_platform
from tests.platforms.datasheet.test_roofline import layer_of

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
EVERY = 23
"""One row in so many is looked at."""
DEVICES = {
    "NVIDIA H100 80GB HBM3": "h100-sxm5-80gb",
    "NVIDIA L4": "l4",
    "NVIDIA A100 80GB PCIe": "a100-pcie-80gb",
    "NVIDIA A100-PCIE-40GB": "a100-pcie-40gb",
    "Tesla V100-PCIE-32GB": "v100-pcie-32gb",
    "Tesla P100-PCIE-16GB": "p100-pcie-16gb",
    "Tesla T4": "t4",
    "Tesla P4": "p4",
    "Tesla V100": "v100-sxm2-16gb",
    "Tesla P100": "p100-pcie-16gb",
    "Tesla K80": "k80",
    "Tesla K40": "k40",
    "Tesla M60": "m60",
    "GeForce GTX 1080 Ti": "gtx-1080-ti",
}


def rows(name: str) -> Iterator[dict[str, str]]:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{name} is not there: the measured layers lie beside the repository")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for place, row in enumerate(csv.DictReader(file)):
            if place % EVERY == 0 and row["runtime_ms"]:
                yield row


def layer(row: dict[str, str]) -> Layer | None:
    """Return the layer of a row, None where its window is larger than its map."""
    batch, cin, cout = (int(float(row[name])) for name in ("batch", "cin", "cout"))
    if row["op"] == "fc":
        return layer_of(LoopNest(n=batch, g=1, m=cout, c=cin, p=1, q=1, r=1, s=1, h=1, w=1))
    size, kernel, stride = (int(float(row[name])) for name in ("h", "kh", "stride"))
    padding = 0 if row["pad"] in ("", "valid", "same") else int(float(row["pad"]))
    reach = size + 2 * padding - kernel
    p = -(-size // stride) if row["pad"] == "same" else reach // stride + 1
    if p < 1:
        return None
    return layer_of(
        LoopNest(n=batch, g=1, m=cout, c=cin, p=p, q=p, r=kernel, s=kernel, h=size, w=size)
    )


def ratios(name: str) -> dict[tuple[str, str], float]:
    """Return the median of estimated over measured time, by device and kind of layer."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows(name):
        device, one = DEVICES[row["device"].removeprefix("gpu:")], layer(row)
        estimate = None if one is None else load(device).estimate(one)
        if estimate is not None and estimate.time_s is not None:
            found[device, row["op"]].append(1e3 * estimate.time_s / float(row["runtime_ms"]))
    return {key: median(values) for key, values in found.items() if len(values) > 20}


LOADED = {name: load_platform(name) for name in sorted(set(DEVICES.values()))}
load = LOADED.__getitem__


def test_of_a_new_stack_the_median_is_right_within_a_factor_of_two_and_a_half() -> None:
    found = ratios("gpu_layers_neusight.csv.gz")
    assert len(found) >= 10
    assert {key: ratio for key, ratio in found.items() if not 0.4 < ratio < 1.6} == {}


def test_a_stack_of_2018_takes_several_times_as_long() -> None:
    found = ratios("gpu_layers_cde_forward.csv.gz")
    assert len(found) == 12
    assert all(ratio < 0.6 for ratio in found.values())
