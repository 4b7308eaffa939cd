"""Quick answers: layers priced with the mappings last found for their shapes, made to fit."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.layers import Bits, Layer, LoopNest, known_models
from py.page import handle
from py.platforms.accelerator import best, counted, held
from py.platforms.accelerator.costs import access_costs
from py.platforms.accelerator.engine import Accelerator
from py.platforms.accelerator.nest.count import accesses
from py.platforms.accelerator.nest.mapping import Mapping
from py.platforms.accelerator.nest.problem import Problem
from py.platforms.accelerator.problem import problem_of
from py.platforms.accelerator.room import fits
from py.platforms.load import platform_from_json, read_platform_file
from tests.models import conv_net
from tests.platforms.accelerator.edited import EYERISS, edited
from tests.platforms.accelerator.test_laws import LAWS, SMALL, layer_of, loop_nests

BUFFER = 102_400
EIGHT = {"weight": 8, "activation": 8}


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    """Forget all that was found, held or read, as in an engine that has just started."""
    for kept in (best._found, held._found, counted._known, known_models._models):
        kept.clear()


@pytest.fixture
def model_path(tmp_path: Path) -> Path:
    path = tmp_path / "net.onnx"
    path.write_bytes(conv_net("n"))
    return path


def ask(source: Path | dict[str, Any], *, quick: bool = False, **options: Any) -> dict[str, Any]:
    if isinstance(source, Path):
        source = {"kind": "file", "path": str(source), "name": source.name}
    request = {"do": "estimate", "source": source, "platform": EYERISS, "options": options}
    if quick:
        request["mappings"] = "held"
    answer: dict[str, Any] = json.loads(handle(json.dumps(request)))
    return answer


def mappings(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry["mapping"] for entry in answer["result"]["details"] if entry["mapping"]]


def test_what_is_known_is_answered_in_full(model_path: Path) -> None:
    exact = ask(model_path, batch=2, bits=EIGHT)
    assert ask(model_path, quick=True, batch=2, bits=EIGHT) == exact
    assert "provisional" not in exact
    assert exact["result"]["details"]


def test_nothing_known_is_mapped_as_ever(model_path: Path) -> None:
    quick = ask(model_path, quick=True)
    assert "provisional" not in quick
    forget()
    assert ask(model_path) == quick


@pytest.mark.parametrize(
    "changed",
    [
        {"bits": EIGHT},
        {"bits": {"weight": 16, "activation": 5}},
        {"batch": 3},
        {"capacities": {"global_buffer": 2 * BUFFER}},
        {"capacities": {"global_buffer": 8192}},
        {"capacities": {"register_file": 300}},
    ],
)
def test_a_step_is_answered_with_held_mappings_then_mapped_anew(
    changed: dict[str, Any], model_path: Path
) -> None:
    before = ask(model_path)
    quick = ask(model_path, quick=True, **changed)
    assert quick["provisional"] is True
    assert "csv" not in quick
    assert all(mapping["held"] for mapping in mappings(quick))
    assert quick["result"]["options"] == {**before["result"]["options"], **changed} | {
        "batch": changed.get("batch", 1)
    }
    exact = ask(model_path, **changed)
    assert "provisional" not in exact
    assert set(quick) - {"provisional"} == set(exact) - {"csv"}
    assert [layer["macs"] for layer in quick["result"]["layers"]] == [
        layer["macs"] for layer in exact["result"]["layers"]
    ]
    assert ask(model_path, quick=True, **changed) == exact
    forget()
    assert ask(model_path, **changed) == exact


def test_narrower_words_cost_at_least_what_the_search_finds(model_path: Path) -> None:
    ask(model_path)
    quick, exact = ask(model_path, quick=True, bits=EIGHT), ask(model_path, bits=EIGHT)
    energies = [answer["result"]["totals"]["energy_macs"] for answer in (quick, exact)]
    assert energies[1] <= energies[0] < 2 * energies[1]
    same = [
        (own["energy_macs"], other["energy_macs"])
        for own, other in zip(quick["result"]["details"], exact["result"]["details"], strict=True)
        if own["mapping"] and own["mapping"]["tiles"] == other["mapping"]["tiles"]
        if own["mapping"]["nest"] == other["mapping"]["nest"]
        if own["mapping"]["kept"] == other["mapping"]["kept"]
    ]
    assert all(own == other for own, other in same)


def test_a_link_is_answered_quickly_too(model_path: Path) -> None:
    source = {"kind": "state", "state": ask(model_path)["state"]}
    ask(source)
    quick = ask(source, quick=True, batch=4)
    assert quick["provisional"] is True
    assert quick["warnings"] == []
    assert quick["result"]["totals"]["macs"] == 4 * ask(source)["result"]["totals"]["macs"]


def test_held_totals_are_not_held_against_a_link(model_path: Path) -> None:
    state = ask(model_path, bits=EIGHT)["state"]
    state["totals"]["energy_macs"] += 1
    forget()
    ask(model_path)
    source = {"kind": "state", "state": state}
    quick = ask(source, quick=True)
    assert quick["provisional"] is True
    assert quick["warnings"] == []
    assert [warning["code"] for warning in ask(source)["warnings"]] == ["totals-changed"]


def test_another_file_of_the_same_name_is_read(model_path: Path) -> None:
    first = ask(model_path)
    model_path.write_bytes(conv_net(3))
    other = ask(model_path, quick=True)
    assert other["result"]["totals"]["macs"] != first["result"]["totals"]["macs"]


@pytest.mark.parametrize("mappings", ["new", True, 3, []])
def test_only_held_can_be_asked_for(mappings: Any, model_path: Path) -> None:
    source = {"kind": "file", "path": str(model_path), "name": model_path.name}
    request = {"do": "estimate", "source": source, "platform": EYERISS, "mappings": mappings}
    answer = json.loads(handle(json.dumps(request)))
    assert answer["error"]["code"] == "request-invalid"


def accelerator(capacities: dict[str, int] | None = None, *, quick: bool = False) -> Accelerator:
    found = platform_from_json(edited(SMALL), None, capacities, held=quick)
    assert isinstance(found, Accelerator)
    return found


SIZES = st.sampled_from([{}, {"global_buffer": 256}, {"global_buffer": 64}, {"register_file": 40}])


@LAWS
@given(loop_nests(), st.integers(1, 5), SIZES, st.sampled_from([4, 16, 32]))
def test_what_is_held_fits_and_is_counted_like_any_mapping(
    loops: LoopNest, images: int, capacities: dict[str, int], width: int
) -> None:
    """Whatever changes: the room, the batch, the width of words."""
    forget()
    try:
        accelerator().estimate(layer_of(loops))
    except JoulegraphError:
        return
    changed = layer_of(replace(loops, n=images), bits=Bits(width, width))
    own = accelerator(capacities, quick=True)
    problem, fitted = _held(own, changed)
    if not fitted:
        return
    hardware, widths = own.hardware, own.widths(changed)
    bits = (widths.weight, widths.activation, widths.psum)
    assert problem == problem_of(replace(loops, n=images))
    for mapping in fitted:
        assert fits(problem, hardware.machine_at(*bits), mapping, bits)
        for factors, pes in zip(mapping.unrolled, hardware.machine.axes, strict=True):
            assert math.prod(factors) <= pes
    estimate = own.estimate(changed)
    assert estimate is not None
    assert estimate.mapping is not None
    if "held" in estimate.mapping:
        costs = access_costs(hardware, widths, changed.zeros)
        energies = costs.energies()
        moved = min(
            math.fsum(
                energies.get(access, 0.0) * count
                for access, count in accesses(problem, hardware.machine, mapping).items()
            )
            for mapping in fitted
        )
        macs = problem.macs * costs.mac
        assert estimate.energy_macs == pytest.approx(moved + macs, rel=1e-12)


def _held(own: Accelerator, layer: Layer) -> tuple[Problem, list[Mapping]]:
    widths = own.widths(layer)
    assert layer.loops is not None
    bits = (widths.weight, widths.activation, widths.psum)
    machine = own.hardware.machine_at(*bits)
    return held.held(
        own._chooser.where,
        problem_of(layer.loops),
        None,
        machine,
        own.hardware.dataflow().space,
        bits,
    )


def test_rules_of_the_dataflow_are_kept() -> None:
    """On the mobile NPU's like a block holds outputs of one image, whatever the batch."""
    own = platform_from_json(read_platform_file("mobile-npu-like"))
    assert isinstance(own, Accelerator)
    loops = LoopNest(n=1, g=1, m=32, c=16, p=4, q=4, r=3, s=3, h=6, w=6)
    assert own.mapping_of(layer_of(loops)) is not None
    names = [level.id for level in own.hardware.levels[1:]]
    fitted = _held(own, layer_of(replace(loops, n=8)))[1]
    assert len(fitted) == 2
    for mapping in fitted:
        images = {name: tile[0] for name, tile in zip(names, mapping.tiles, strict=True)}
        assert images == {"sram": 8, "shared_buffer": 1, "registers": 1}


def test_a_loop_that_was_whole_is_whole_again() -> None:
    loops = LoopNest(n=2, g=1, m=8, c=4, p=4, q=4, r=3, s=3, h=6, w=6)
    own = platform_from_json(EYERISS)
    assert isinstance(own, Accelerator)
    small, large = (layer_of(replace(loops, n=n)) for n in (2, 3))
    before = own.mapping_of(small)
    assert before is not None
    (after,) = _held(own, large)[1]
    assert before[1].tiles[0][0] == 2
    assert after.tiles[0][0] == 3
    assert after.tiles[0][1:] == before[1].tiles[0][1:]


def test_where_not_even_single_words_fit_there_is_none() -> None:
    loops = LoopNest(n=1, g=1, m=2, c=2, p=3, q=3, r=3, s=3, h=5, w=5)
    accelerator().estimate(layer_of(loops))
    own = accelerator({"register_file": 20}, quick=True)
    assert _held(own, layer_of(loops, bits=Bits(64, 64)))[1] == []
    with pytest.raises(JoulegraphError) as caught:
        own.estimate(layer_of(loops, bits=Bits(64, 64)))
    assert caught.value.code == "does-not-fit"
