"""Named numbers of a workload that its time and its energy are made of.

Bytes and MACs are those of papers/003, section 3.1 (memory accesses of the input, output and kernel
tensors, and operations); sides are roots of areas, so that oblong maps have one too.
"""

import math
from collections.abc import Callable, Mapping

from py.platforms.measured.workload import Workload

_Feature = Callable[[Workload], float]


def _ifmap_bytes(work: Workload) -> float:
    return work.ifmap_elements * work.activation_bits / 8


def _weight_bytes(work: Workload) -> float:
    return work.weight_elements * work.weight_bits / 8


def _ofmap_bytes(work: Workload) -> float:
    return work.ofmap_elements * work.activation_bits / 8


FEATURES: Mapping[str, tuple[_Feature, str]] = {
    "batch": (lambda work: work.batch, "images, or rows of a product"),
    "groups": (lambda work: work.groups, "groups of a convolution, or products"),
    "images": (lambda work: work.batch * work.groups, "images times groups"),
    "planes": (lambda work: work.batch * work.groups * work.cin, "ifmap channels of all images"),
    "cin": (lambda work: work.cin, "ifmap channels of a group; input features; channels of a pool"),
    "cout": (lambda work: work.cout, "ofmap channels of a group; output features"),
    "h": (lambda work: work.h, "ifmap rows"),
    "w": (lambda work: work.w, "ifmap columns"),
    "oh": (lambda work: work.oh, "ofmap rows"),
    "ow": (lambda work: work.ow, "ofmap columns"),
    "kh": (lambda work: work.kh, "window rows"),
    "kw": (lambda work: work.kw, "window columns"),
    "stride": (lambda work: work.stride, "stride, the root of rows times columns"),
    "pad": (lambda work: work.pad, "padding of the first side"),
    "uneven_pad": (lambda work: float(work.uneven_pad), "1 where opposite sides differ in padding"),
    "kernel": (lambda work: math.sqrt(work.kh * work.kw), "side of the window"),
    "in_side": (lambda work: math.sqrt(work.h * work.w), "side of the ifmap"),
    "out_side": (lambda work: math.sqrt(work.oh * work.ow), "side of the ofmap"),
    "clock_hz": (lambda work: work.clock_hz, "clock of the device, 0 where it is not stated"),
    "macs": (lambda work: work.macs, "multiply-accumulates"),
    "ops": (lambda work: work.ops, "window reads of a pool; operations other than MACs"),
    "patches": (
        lambda work: work.batch * work.groups * work.cin * work.kh * work.kw * work.oh * work.ow,
        "elements of the ifmap laid out window by window (im2col)",
    ),
    "row_reads": (
        lambda work: work.ofmap_elements * math.sqrt(work.kh * work.kw),
        "ofmap elements times the side of the window",
    ),
    "ifmap_bytes": (_ifmap_bytes, "bytes of the ifmap"),
    "weight_bytes": (_weight_bytes, "bytes of the weights, or of the second activation"),
    "ofmap_bytes": (_ofmap_bytes, "bytes of the ofmap"),
    "bytes": (
        lambda work: _ifmap_bytes(work) + _weight_bytes(work) + _ofmap_bytes(work),
        "bytes of all tensors",
    ),
}
"""The features by name, each with what it is."""

TIME = "time_s"
"""The predicted time: a feature of energies only."""


def feature(name: str, work: Workload) -> float:
    """Return a feature of a workload.

    Raises:
        KeyError: there is no such feature.
    """
    return float(FEATURES[name][0](work))


def features_of(work: Workload) -> dict[str, float]:
    """Return all features of a workload."""
    return {name: float(found(work)) for name, (found, _) in FEATURES.items()}
