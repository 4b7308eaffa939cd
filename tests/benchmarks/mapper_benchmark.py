"""How fast layers are mapped, and how that grows: with the layer, with the levels, without rules.

Run as ``python -m tests.benchmarks.mapper_benchmark [resnet] [any] [growth] [levels]`` (all). Times
are those of the processor (on all cores: of the clock), imports excluded. Layers of a list are
mapped one after the other in one process, each for the first time.

- resnet: the distinct layers with MACs of ResNet-50 on Eyeriss, row stationary.
- any: layers of AlexNet, VGG-16 and ResNet-50 in the space without constraints, with the effort
  that the platform allows; the gap is how much less energy another mapping might have.
- growth: square matrix products up to 8192 and images up to 512 x 512, and how time grows when
  the size doubles.
- levels: one layer on machines with one to three levels inside the outermost, all orders free.
"""

import gc
import os
import sys
import time
from collections.abc import Iterator
from typing import get_args

from py.layers import read_model
from py.layers.layer import Zeros
from py.native.ahead import map_ahead
from py.platforms.accelerator.best import EFFORT_WITHOUT_RULES
from py.platforms.accelerator.costs import Widths, access_costs
from py.platforms.accelerator.engine import Accelerator
from py.platforms.accelerator.hardware import Hardware
from py.platforms.accelerator.mapper.found import Found
from py.platforms.accelerator.mapper.number import number_of_mappings
from py.platforms.accelerator.mapper.search import best_mapping
from py.platforms.accelerator.nest.access import Access, Kind
from py.platforms.accelerator.nest.dims import sizes
from py.platforms.accelerator.nest.machine import Machine, Memory
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.nest.space import Space
from py.platforms.accelerator.problem import problem_of
from py.platforms.load import PUBLIC, load_platform

Named = tuple[str, Problem]
BITS = (16, 16, 16)


def convolution(
    channels: int, filters: int, size: int, taps: int = 1, stride: int = 1, images: int = 1
) -> Problem:
    """Return a square convolution with as many outputs as ``size`` along each side."""
    image = (size - 1) * stride + taps
    return Problem(
        sizes(n=images, m=filters, c=channels, p=size, q=size, r=taps, s=taps),
        (1, stride, stride),
        image=(1, image, image),
    )


ANY_LAYERS: tuple[Named, ...] = (
    ("AlexNet conv1", convolution(3, 96, 55, 11, 4)),
    ("AlexNet conv3", convolution(256, 384, 13, 3)),
    ("AlexNet fc7", convolution(4096, 4096, 1)),
    ("VGG-16 conv1_2", convolution(64, 64, 224, 3)),
    ("VGG-16 conv4_2", convolution(512, 512, 28, 3)),
    ("ResNet-50 conv1", convolution(3, 64, 112, 7, 2)),
    ("ResNet-50 res3 3x3", convolution(128, 128, 28, 3)),
    ("ResNet-50 res4 1x1", convolution(1024, 256, 14)),
)


def eyeriss() -> Hardware:
    """Return the shipped Eyeriss."""
    platform = load_platform("eyeriss")
    assert isinstance(platform, Accelerator)
    return platform.hardware


def mapped(
    named: tuple[Named, ...], hardware: Hardware, space: Space, *, start: Space | None = None
) -> Iterator[tuple[str, float, Found]]:
    """Give for each layer the seconds of its mapping, and what was found.

    ``start``: a space within, whose best mapping is found first, as part of the work.
    """
    energies = access_costs(hardware, Widths(*BITS), Zeros()).energies()
    for name, problem in named:
        began = time.process_time()
        known, looks = None, None
        if start is not None:
            known = best_mapping(problem, hardware.machine, start, BITS, energies)
            looks = EFFORT_WITHOUT_RULES
        found = best_mapping(
            problem, hardware.machine, space, BITS, energies, looks=looks, known=known
        )
        yield name, time.process_time() - began, found


def resnet() -> None:
    """Print the time of all distinct layers of ResNet-50: on all cores, then in one process."""
    with (PUBLIC / "models" / "resnet50.onnx").open("rb") as file:
        layers = read_model(file, "resnet50.onnx").layers
    began = time.perf_counter()
    map_ahead(load_platform("eyeriss"), layers)
    cores = time.perf_counter() - began
    problems = dict.fromkeys(
        problem_of(layer.loops) for layer in layers if layer.loops is not None and layer.macs
    )
    hardware = eyeriss()
    named = tuple((str(number), problem) for number, problem in enumerate(problems))
    times = [seconds for _, seconds, _ in mapped(named, hardware, hardware.dataflow().space)]
    print(
        f"ResNet-50 on Eyeriss: {len(times)} distinct layers in {cores:.2f} s on "
        f"{len(os.sched_getaffinity(0))} cores as py.estimate maps them, "
        f"in {sum(times):.2f} s of one, the slowest {max(times):.3f} s"
    )


def without_rules() -> None:
    """Print time and gap of layers in the space without constraints."""
    hardware = eyeriss()
    print("Eyeriss, any mapping: layer, seconds, energy a MAC, gap, looked at, of so many mappings")
    space, start = hardware.dataflow("any").space, hardware.dataflow().space
    for name, seconds, found in mapped(ANY_LAYERS, hardware, space, start=start):
        problem = dict(ANY_LAYERS)[name]
        stood_for = number_of_mappings(problem, hardware.machine, space)
        print(
            f"  {name:20} {seconds:7.2f} {found.energy / problem.macs:7.3f} {found.gap:6.1%} "
            f"{found.looked_at:6} {stood_for:.1e}"
        )


def growth() -> None:
    """Print how the time grows with the layer."""
    hardware = eyeriss()
    products = tuple(
        (f"product {size}", Problem(sizes(n=size, m=size, c=size)))
        for size in (64, 128, 256, 512, 1024, 2048, 4096, 8192)
    )
    images = tuple(
        (f"3x3 on {size} x {size}", convolution(64, 64, size, 3))
        for size in (8, 16, 32, 64, 128, 256, 512)
    )
    for named in (products, images):
        before = None
        for name, seconds, _ in mapped(named, hardware, hardware.dataflow().space):
            ratio = "" if before is None else f"{seconds / before:6.2f} times the one before"
            print(f"  {name:20} {seconds:7.3f} s {ratio}")
            before = seconds


def levels() -> None:
    """Print how the time grows with the number of levels."""
    problem = convolution(64, 64, 28, 3)
    for inside in (1, 2, 3):
        memories = [Memory("m0")]
        for level in range(inside):
            memories.append(Memory(f"m{level + 1}", bits=8 * 2 ** (20 - 5 * level)))
        machine = Machine(tuple(memories), inside, (16, 16), ("mc", "cp"))
        costs: dict[Access, float] = {
            (tensor, f"m{level}", kind): 200.0 / 8**level
            for level in range(inside + 1)
            for tensor in ("weight", "ifmap", "ofmap", "psum")
            for kind in get_args(Kind)
        }
        space = Space(({},) * inside, (None,) * (inside + 1))
        began = time.process_time()
        found = best_mapping(problem, machine, space, BITS, costs, looks=EFFORT_WITHOUT_RULES)
        seconds = time.process_time() - began
        print(f"  {inside} levels inside: {seconds:.2f} s, gap {found.gap:.1%}")


PARTS = {"resnet": resnet, "any": without_rules, "growth": growth, "levels": levels}

if __name__ == "__main__":
    gc.disable()  # as in all programs here
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
