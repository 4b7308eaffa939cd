"""The accelerators that are shipped: their files, what they say of small layers, and published peaks.

What is common to all of them is tested for every file in ``public/accelerators``; the table at the
end holds each against what its own sources print.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from py.breakdown import Options, Result, price
from py.layers import Choices, Layer, LoopNest, read_model
from py.platforms import Estimate, load_platform
from py.platforms.accelerator.engine import Accelerator
from py.platforms.accelerator.nest.dims import TENSORS, WINDOWS
from py.platforms.load import PUBLIC, platform_from_json, read_platform_file

FILES = sorted(path.stem for path in (PUBLIC / "accelerators").glob("*.json"))
SCHEMA = json.loads((PUBLIC / "schema" / "accelerator.schema.json").read_text())
MODELS = Path(__file__).resolve().parents[2] / "public" / "models"

ONE_OR_MORE = 1 - 1e-9
"""Energies of mappings that are the same may differ by rounding."""


def loaded(name: str, dataflow: str | None = None) -> Accelerator:
    platform = load_platform(name, dataflow)
    assert isinstance(platform, Accelerator)
    return platform


def layer(loops: LoopNest) -> Layer:
    return Layer(
        name="layer",
        kind="conv",
        op_types=("Conv",),
        nodes=(0,),
        macs=loops.macs,
        ops=0,
        parameters=0,
        ifmap_elements=loops.ifmap_elements,
        weight_elements=loops.weight_elements,
        ofmap_elements=loops.ofmap_elements,
        loops=loops,
    )


def estimate(platform: Accelerator, loops: LoopNest) -> Estimate:
    found = platform.estimate(layer(loops))
    assert found is not None
    return found


def mapped(found: Estimate) -> dict[str, Any]:
    assert found.mapping is not None
    return found.mapping


LAYERS = {
    "conv": LoopNest(n=1, g=1, m=16, c=8, p=14, q=14, r=3, s=3, h=16, w=16),
    "strided": LoopNest(n=2, g=1, m=12, c=3, p=11, q=11, r=5, s=5, h=25, w=25, stride=(2, 2)),
    "pointwise": LoopNest(n=1, g=1, m=40, c=24, p=7, q=7, r=1, s=1, h=7, w=7),
    "depthwise": LoopNest(n=1, g=24, m=1, c=1, p=10, q=10, r=3, s=3, h=12, w=12),
    "matrix": LoopNest(n=4, g=1, m=100, c=120, p=1, q=1, r=1, s=1, h=1, w=1),
}


@pytest.fixture(scope="module", params=FILES)
def name(request: pytest.FixtureRequest) -> str:
    found = request.param
    assert isinstance(found, str)
    return found


@pytest.fixture(scope="module")
def platform(name: str) -> Accelerator:
    return loaded(name)


def constants(data: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every constant of a file with its path: an object that has a value."""
    if isinstance(data, dict):
        if "value" in data:
            yield path, data
            return
        for key, entry in data.items():
            yield from constants(entry, f"{path}.{key}" if path else key)
    elif isinstance(data, list):
        for place, entry in enumerate(data):
            yield from constants(entry, f"{path}[{place}]")


def test_the_file_obeys_the_schema_and_loads(name: str, platform: Accelerator) -> None:
    data = read_platform_file(name)
    jsonschema.validate(data, SCHEMA)
    assert data["id"] == platform.id == name
    assert data["licence"]
    assert [flow.id for flow in platform.hardware.dataflows][-1] == "any"
    assert len(platform.hardware.dataflows) > 1


def test_every_constant_has_a_source_that_the_file_lists(name: str) -> None:
    data = read_platform_file(name)
    found = dict(constants(data))
    assert {"bits", "mac.energy", "clock_hz", "levels[0].energy.read"} <= found.keys()
    sources = {path: entry["source"] for path, entry in found.items()}
    sources |= {flow["id"]: flow["source"] for flow in data["dataflows"]}
    cited = {path: source.split()[0].rstrip(",:;") for path, source in sources.items()}
    for path, first in cited.items():
        source = sources[path]
        if source.startswith("assumption"):
            assert source.startswith("assumption: "), path
            assert len(source) > len("assumption: "), path
        elif source.startswith("not published"):
            assert found[path]["value"] is None, path
        else:
            assert first.split(".")[0] in data["sources"], path
    for path, entry in found.items():
        if entry["value"] is None and path in ("mac_energy_j", "clock_hz", "idle_power_w"):
            assert entry["source"].startswith("not published"), path


def test_every_source_listed_is_cited(name: str) -> None:
    data = read_platform_file(name)
    text = json.dumps({key: value for key, value in data.items() if key != "sources"})
    assert [source for source in data["sources"] if source not in text] == []


def test_energies_rise_outward(platform: Accelerator) -> None:
    """Of the levels that a tensor is kept at, none costs less than one inside it."""
    for place, tensor in enumerate(TENSORS):
        keeping = [
            level for level in platform.hardware.levels if level.memory.keeps[place] != "bypassed"
        ]
        assert len(keeping) > 1 or tensor == "weight"
        for outer, inner in zip(keeping, keeping[1:], strict=False):
            for written in (False, True):
                energies = [level.energy(tensor, written=written) for level in (outer, inner)]
                assert energies[0] > energies[1] > 0, (tensor, outer.id, inner.id)


def test_an_own_file_is_the_same(name: str, platform: Accelerator, tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(json.dumps(read_platform_file(name)))
    assert load_platform(str(path)).hash == platform.hash


def stretch(out: int, tap: int, stride: int, dilation: int) -> int:
    return (out - 1) * stride + (tap - 1) * dilation + 1


def tile_bits(platform: Accelerator, loops: LoopNest, tile: dict[str, int]) -> dict[str, int]:
    """Return the bits of the tensors' tiles, from the loops' tiles alone."""
    size = {dim: tile.get(dim, 1) for dim in "ngmcopqtrs"}
    widths = platform.widths(layer(loops))
    ifmap = size["n"] * size["g"] * size["c"]
    for (out, tap), stride, dilation in zip(
        WINDOWS, (1, *loops.stride), (1, *loops.dilation), strict=True
    ):
        ifmap *= stretch(size[out], size[tap], stride, dilation)
    outputs = math.prod(size[dim] for dim in "ngmopq")
    return {
        "weight": math.prod(size[dim] for dim in "gmctrs") * widths.weight,
        "ifmap": ifmap * widths.activation,
        "ofmap": outputs * widths.psum,
    }


def banks(bits: int, bank: int) -> int:
    return -(-bits // bank) * bank


def assert_fits(name: str, platform: Accelerator, loops: LoopNest, found: Estimate) -> None:
    """No level holds more than it can, by the file's own numbers."""
    shown, data = mapped(found), read_platform_file(name)
    for level in data["levels"][1:]:
        kept = shown["kept"][level["id"]]
        keeps = level["keeps"]["value"]
        assert {tensor for tensor in TENSORS if keeps[tensor] == "kept"} <= set(kept)
        assert not {tensor for tensor in TENSORS if keeps[tensor] == "bypassed"} & set(kept)
        if "capacity" not in level:
            continue
        twice = 2 if level.get("buffering", {}).get("value") == "double" else 1
        held = tile_bits(platform, loops, shown["tiles"][level["id"]])
        unit = 8 if level["capacity"]["unit"] == "bytes" else 1
        bank = level.get("bank", {"value": 1, "unit": "bits"})
        bank_bits = bank["value"] * (8 if bank["unit"] == "bytes" else 1)
        room = level["capacity"]["value"]
        for tensor in TENSORS:
            if tensor in kept and tensor in room:
                assert twice * held[tensor] <= unit * room[tensor], (level["id"], tensor)
        if "shared" in room:
            taken = [banks(twice * held[tensor], bank_bits) for tensor in kept]
            assert math.fsum(taken) <= unit * room["shared"], level["id"]


def assert_in_order(platform: Accelerator, loops: LoopNest, found: Estimate) -> None:
    shown = mapped(found)
    for axis, size in zip(shown["unrolled"], platform.hardware.array.pes, strict=True):
        assert math.prod(axis["factors"].values()) <= size == axis["pes"]
    for axis, letters in zip(shown["unrolled"], platform.hardware.array.loops, strict=True):
        assert set(axis["factors"]) <= set(letters)
    assert 0 < shown["active_pes"] <= shown["pes"] == math.prod(platform.hardware.array.pes)
    assert 0 < shown["utilisation"] <= 1
    assert shown["cycles"] * shown["active_pes"] >= loops.macs
    macs = [term for term in found.terms if term.tensor == "computation"]
    assert [term.accesses for term in macs] == [loops.macs]
    assert found.energy_macs > 0


@pytest.mark.parametrize("loops", LAYERS.values(), ids=LAYERS)
def test_small_layers(name: str, platform: Accelerator, loops: LoopNest) -> None:
    found = estimate(platform, loops)
    assert_fits(name, platform, loops, found)
    assert_in_order(platform, loops, found)


SMALL = LoopNest(n=1, g=1, m=6, c=4, p=5, q=5, r=3, s=3, h=7, w=7)


@pytest.mark.parametrize("name", [entry for entry in FILES])
def test_no_dataflow_beats_any(name: str) -> None:
    free = loaded(name, "any")
    least = estimate(free, SMALL)
    assert_fits(name, free, SMALL, least)
    for flow in free.hardware.dataflows[:-1]:
        own = estimate(loaded(name, flow.id), SMALL)
        static = [term for term in (*own.terms, *least.terms) if term.tensor == "static"]
        assert not static or free.hardware.idle_power_w is not None
        assert dynamic(own) >= dynamic(least) * ONE_OR_MORE


def dynamic(found: Estimate) -> float:
    """Return the energy that follows from the mapping: all but what is drawn anyway."""
    return math.fsum(
        term.accesses * term.energy_macs for term in found.terms if term.tensor != "static"
    )


def priced(name: str, model: str) -> Result:
    with (MODELS / f"{model}.onnx").open("rb") as file:
        return price(read_model(file, f"{model}.onnx", Choices()), loaded(name), Options())
