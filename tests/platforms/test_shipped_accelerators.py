"""The accelerators that are shipped: their files, small layers on them, and published peaks.

What is common to all of them is tested for every file in ``public/accelerators``; the table at the
end holds each against what its own sources print.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from py.breakdown import Options, Result, price
from py.layers import Choices, LoopNest, read_model
from py.layers.layer import Zeros
from py.platforms import CountedEstimate, load_platform
from py.platforms.accelerator.engine import Accelerator
from py.platforms.accelerator.nest.dims import TENSORS, WINDOWS
from py.platforms.load import PUBLIC, platform_from_json, read_platform_file
from tests.platforms.accelerator.test_laws import layer_of

FILES = sorted(path.stem for path in (PUBLIC / "accelerators").glob("*.json"))
SCHEMA = json.loads((PUBLIC / "schema" / "accelerator.schema.json").read_text())
MODELS = Path(__file__).resolve().parents[2] / "public" / "models"

ONE_OR_MORE = 1 - 1e-9
"""Energies of mappings that are the same may differ by rounding."""


def loaded(name: str, dataflow: str | None = None) -> Accelerator:
    platform = load_platform(name, dataflow)
    assert isinstance(platform, Accelerator)
    return platform


def estimate(platform: Accelerator, loops: LoopNest) -> CountedEstimate:
    found = platform.estimate(layer_of(loops))
    assert found is not None
    return found


def mapped(found: CountedEstimate) -> dict[str, Any]:
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
        elif source.startswith("fitted"):
            assert source.startswith("fitted: "), path
            assert any(name in source for name in data["sources"]), path
            assert "standard error" in source, path
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
        for outer, inner in pairwise(keeping):
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
    widths = platform.widths(layer_of(loops))
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


def assert_fits(name: str, platform: Accelerator, loops: LoopNest, found: CountedEstimate) -> None:
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
        unit = level["capacity"]["unit"]
        room = level["capacity"]["value"]
        if unit == "values":
            widths = tile_bits(platform, loops, {})
            held = {tensor: held[tensor] // widths[tensor] for tensor in TENSORS}
        each = 8 if unit == "bytes" else 1
        bank = level.get("bank", {"value": 1, "unit": "bits"})
        bank_bits = bank["value"] * (8 if bank["unit"] == "bytes" else 1)
        for tensor in TENSORS:
            if tensor in kept and tensor in room:
                assert twice * held[tensor] <= each * room[tensor], (level["id"], tensor)
        if "shared" in room:
            taken = [banks(twice * held[tensor], bank_bits) for tensor in kept]
            assert math.fsum(taken) <= each * room["shared"], level["id"]


def assert_in_order(platform: Accelerator, loops: LoopNest, found: CountedEstimate) -> None:
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


SMALL = LoopNest(n=1, g=1, m=4, c=3, p=3, q=3, r=2, s=2, h=4, w=4)


@pytest.mark.parametrize("name", FILES)
def test_no_dataflow_beats_any(name: str) -> None:
    free = loaded(name, "any")
    least = estimate(free, SMALL)
    assert_fits(name, free, SMALL, least)
    for flow in free.hardware.dataflows[:-1]:
        own = estimate(loaded(name, flow.id), SMALL)
        assert dynamic(own) >= dynamic(least) * ONE_OR_MORE


def dynamic(found: CountedEstimate) -> float:
    """Return the energy that follows from the mapping: all but what is drawn anyway."""
    return math.fsum(term.energy for term in found.terms if term.tensor != "static")


def priced(name: str, model: str) -> Result:
    with (MODELS / f"{model}.onnx").open("rb") as file:
        return price(read_model(file, f"{model}.onnx", Choices()), loaded(name), Options())


@pytest.mark.parametrize("model", ["lenet5", "alexnet", "mobilenet_v2"])
def test_models_are_priced_in_whole(name: str, model: str) -> None:
    found = priced(name, model)
    assert found.not_modelled == ()
    assert found.energy_macs is not None
    assert (found.energy_j is None) == (loaded(name).hardware.mac_energy_j is None)
    assert (found.time_s is None) == (loaded(name).hardware.clock_hz is None)
    for row in found.rows:
        if row.estimate.mapping is not None and row.layer.loops is not None:
            platform = loaded(name)
            assert 0 < row.estimate.mapping["utilisation"] <= 1, row.layer.name
            assert_fits(name, platform, row.layer.loops, row.counted)


# file, GOP/s, relative tolerance, where it is printed. An operation is half a MAC.
PEAKS = [
    (
        "tpu-v1-like",
        92_000,
        0.005,
        "tpu17 section 2: 92 TeraOps/s, rounded",
    ),
    ("nvdla-like", 4096, 0.0, "nvdla-spec and nvdla-primer: 2048 MACs at 1 GHz"),
    ("eyeriss-v2", 153.6, 0.0, "jetcas19 table IV"),
    ("eyeriss", 67.2, 0.0, "jssc17 table IV: 33.6 GMAC/s"),
    ("eyeriss-chip", 67.2, 0.0, "jssc17 table IV: 33.6 GMAC/s"),
    ("mobile-npu-like", 512, 0.0, "vela: 256 MACs a cycle at 1 GHz"),
]


@pytest.mark.parametrize(("name", "peak", "tolerance", "where"), PEAKS, ids=lambda e: str(e)[:20])
def test_peaks_follow_from_array_and_clock(
    name: str, peak: float, tolerance: float, where: str
) -> None:
    hardware = loaded(name).hardware
    assert hardware.clock_hz is not None
    assert where
    gops = 2 * math.prod(hardware.array.pes) * hardware.clock_hz / 1e9
    assert gops == pytest.approx(peak, rel=tolerance or 1e-9)


def test_shidiannao_does_at_most_the_operations_it_counts() -> None:
    """Its 194 GOP/s (sdn15, abstract) are more than those of MACs: 64 of them at 1 GHz are 128."""
    hardware = loaded("shidiannao-like").hardware
    assert hardware.clock_hz is not None
    gops = 2 * math.prod(hardware.array.pes) * hardware.clock_hz / 1e9
    assert 194 / 2 < gops < 194


def test_depthwise_layers_keep_an_eighth_of_the_mobile_npu_busy() -> None:
    """Vela's model of its cycles has 32 of 256 multipliers at work in depthwise layers."""
    shown = mapped(estimate(loaded("mobile-npu-like"), LAYERS["depthwise"]))
    assert shown["active_pes"] == 32


def test_the_tpu_shifts_a_tile_of_weights_in_within_256_cycles() -> None:
    """With one input, weights come faster than they are of use: the FIFO's 256 cycles a tile."""
    loops = LoopNest(n=1, g=1, m=1024, c=1024, p=1, q=1, r=1, s=1, h=1, w=1)
    shown = mapped(estimate(loaded("tpu-v1-like"), loops))
    assert shown["active_pes"] == 256 * 256
    assert shown["delay"]["by"]["weight_fifo"] == 16 * 256
    assert shown["delay"]["bound"] == "dram"


def test_weights_stay_in_the_tpu() -> None:
    """Each weight is brought to its cell once where all inputs fit the accumulators."""
    loops = LAYERS["matrix"]
    found = estimate(loaded("tpu-v1-like"), loops)
    brought = [term for term in found.terms if (term.tensor, term.level) == ("weight", "cell")]
    assert [term.accesses for term in brought if "filled" in term.why] == [loops.weight_elements]


def test_neighbours_share_what_shidiannao_reads() -> None:
    """A block's window is read once from NBin for all PEs, not once for every tap."""
    loops = LoopNest(n=1, g=1, m=1, c=1, p=8, q=8, r=3, s=3, h=10, w=10)
    found = estimate(loaded("shidiannao-like"), loops)
    reads = [
        term.accesses
        for term in found.terms
        if (term.tensor, term.level) == ("ifmap", "buffers") and "read" in term.why
    ]
    assert reads == [10 * 10]
    assert mapped(found)["cycles"] == 9


def test_outputs_stay_in_shidiannao() -> None:
    """A sum leaves its PE once, when it is complete."""
    loops = LAYERS["conv"]
    found = estimate(loaded("shidiannao-like"), loops)
    written = [
        term.accesses
        for term in found.terms
        if (term.tensor, term.level) == ("ofmap", "buffers") and "written back" in term.why
    ]
    assert written == [loops.ofmap_elements]


def test_nvdla_takes_64_channels_and_32_kernels() -> None:
    loops = LoopNest(n=1, g=1, m=64, c=128, p=8, q=8, r=3, s=3, h=10, w=10)
    shown = mapped(estimate(loaded("nvdla-like"), loops))
    assert [axis["factors"] for axis in shown["unrolled"]] == [{"c": 64}, {"m": 32}]
    assert shown["utilisation"] == 1


def test_nvdla_runs_resnet50_as_fast_as_printed() -> None:
    """The primer has 269 frames/s for this size, and 291 mW at it without DRAM.

    Convolutions and the matrix product alone: what else there is, other units do meanwhile. Nothing
    is fitted, so joules, all assumed, are held to a factor of two only.
    """
    found = priced("nvdla-like", "resnet50")
    mapped_rows = [row.estimate for row in found.rows if row.layer.loops is not None]
    frames = 1 / math.fsum(estimate.time_s or 0.0 for estimate in mapped_rows)
    assert frames == pytest.approx(269, rel=0.1)
    mac_energy_j = loaded("nvdla-like").hardware.mac_energy_j
    assert mac_energy_j is not None
    on_chip = math.fsum(
        term.energy for row in found.rows for term in row.counted.terms if term.level != "dram"
    )
    assert 0.5 < on_chip * mac_energy_j * 269 / 0.291 < 2


def test_nothing_is_reused_in_pes_without_storage() -> None:
    """Each MAC takes a weight of its own from the buffer: no other PE has use for it."""
    loops = LAYERS["conv"]
    found = estimate(loaded("no-local-reuse"), loops)
    reads = [
        term.accesses
        for term in found.terms
        if (term.tensor, term.level) == ("weight", "global_buffer") and "read" in term.why
    ]
    assert reads == [loops.macs]


def test_zeros_spare_eyeriss_v2_accesses() -> None:
    platform, loops = loaded("eyeriss-v2"), LAYERS["conv"]
    half = replace(layer_of(loops), zeros=Zeros(weight=0.5, ifmap=0.5, ofmap=0.5))
    dense, sparse = estimate(platform, loops), platform.estimate(half)
    assert sparse is not None
    assert dynamic(sparse) < dynamic(dense)
    macs = [term.accesses for term in sparse.terms if term.tensor == "computation"]
    assert macs == [loops.macs / 4]


def test_files_can_be_changed_level_by_level(name: str) -> None:
    """A file with twice the room of its innermost buffer never costs more."""
    data = read_platform_file(name)
    level = next(entry for entry in reversed(data["levels"][1:]) if "capacity" in entry)
    room = level["capacity"]["value"]
    level["capacity"]["value"] = {tensor: 2 * size for tensor, size in room.items()}
    larger = platform_from_json(data, "any")
    assert isinstance(larger, Accelerator)
    before, after = estimate(loaded(name, "any"), SMALL), estimate(larger, SMALL)
    assert dynamic(after) <= dynamic(before) / ONE_OR_MORE
