"""The table of a result: blocks with energies that add up, names told apart, zeros, golden files.

Golden files are written anew with JOULEGRAPH_GOLDEN=write only, once their difference was read.
"""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from math import fsum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.breakdown import Options, Result, price, result_table
from py.breakdown.blocks import ENERGY, tree_of
from py.breakdown.coding import coding_notes
from py.layers import Choices, Density, Model, Zeros, read_model
from py.layers.report.block import Block
from py.layers.report.names import apart
from py.layers.report.view import rows_of
from py.platforms import load_platform
from tests.corpus.recorded import MISSING, model_path
from tests.golden import check_golden
from tests.layers.report_models import control_flow, unknown_operator

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden"


def sample(name: str) -> Model:
    with (ROOT / "public" / "models" / f"{name}.onnx").open("rb") as file:
        return read_model(file, f"{name}.onnx")


def corpus(name: str) -> Model:
    if not model_path(name).exists():
        pytest.skip(MISSING)
    with model_path(name).open("rb") as file:
        return read_model(file, f"{name}.onnx")


def priced(model: Model, density: Density | None = None, platform: str = "eyeriss") -> Result:
    return price(model, load_platform(platform), Options(density=density))


def half_empty(model: Model) -> Result:
    """A result with zeros counted in the weights of every other layer, and none in the others."""
    shares = tuple(
        (0.5 if place % 4 else 0.0) if layer.weight_elements else None
        for place, layer in enumerate(model.layers)
    )
    return priced(model, Density("counted for a test", {}, shares))


def read(data: bytes, **chosen: Any) -> Model:
    return read_model(io.BytesIO(data), "made.onnx", Choices(**chosen))


SHOWN: dict[str, tuple[Callable[[], Result], dict[str, Any]]] = {
    "mobilenet_v2": (lambda: priced(sample("mobilenet_v2")), {}),
    "mobilenet_v2_80_columns": (lambda: priced(sample("mobilenet_v2")), {"width": 80, "depth": 1}),
    "lenet5_zeros": (lambda: half_empty(sample("lenet5")), {}),
    "gpt2_small": (lambda: priced(corpus("gpt2_small_ts17_dyn")), {}),
    "unknown_operator": (lambda: priced(read(unknown_operator())), {}),
    "control_flow": (
        lambda: priced(read(control_flow(), values={"sure": 0.75, "steps": 20}, batch=2)),
        {},
    ),
    "static_power": (lambda: priced(sample("alexnet"), platform="eyeriss-chip"), {}),
    "control_flow_assumed": (lambda: priced(read(control_flow())), {}),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_result_reads_as_it_was_looked_at(name: str) -> None:
    made, options = SHOWN[name]
    text = result_table(made(), **options)
    check_golden(GOLDEN / f"{name}.txt", text)


def test_every_golden_file_belongs_to_a_test() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(SHOWN)


def check_sums(block: Block) -> None:
    """Every block costs what is in it, as often as it stands for."""
    if not block.children:
        return
    inside = fsum(child.amounts[ENERGY] for child in block.children if child.amounts)
    own = block.amounts[ENERGY] if block.amounts else 0.0
    assert own == pytest.approx(block.times * inside, rel=1e-12)
    assert block.unpriced == block.times * len([c for c in _leaves(block) if not c.amounts])
    for child in block.children:
        check_sums(child)


def _leaves(block: Block) -> list[Block]:
    """The layers in a block, those of a repeated one once for every repetition inside it."""
    found = []
    for child in block.children:
        found += _leaves(child) * child.times if child.children else [child]
    return found


@pytest.mark.parametrize("name", ["googlenet", "mobilenet_v2", "shufflenet_v2"])
@pytest.mark.parametrize("repeats", [True, False])
def test_blocks_add_up_to_the_total(name: str, repeats: bool) -> None:
    result = half_empty(sample(name))
    tree = tree_of(result, repeats=repeats)
    check_sums(tree.root)
    assert tree.root.amounts[ENERGY] == pytest.approx(result.energy_j, rel=1e-12)
    for depth in (None, 1, 2, 100):
        top = [row for row in rows_of(tree.root, depth) if row.level == 0]
        energy = fsum(row.amounts[ENERGY] for row in top)
        assert energy == pytest.approx(result.energy_j, rel=1e-12)


def test_layers_alike_but_for_their_zeros_are_not_one() -> None:
    (layer,) = (layer for layer in sample("lenet5").layers if layer.name == "F6")
    layers = tuple(
        replace(layer, name=f"part.{part}/{name}/Gemm")
        for part in range(4)
        for name in ("up", "down")
    )
    model = Model("m", "onnx", 1, layers, parameters=0)
    times = [row.times for row in rows_of(tree_of(priced(model)).root) if row.level == 0]
    assert times == [4]
    zeros = Density("", {"part.2/down/Gemm": Zeros(weight=0.5)})
    names = {row.name: row.times for row in rows_of(tree_of(priced(model, zeros)).root)}
    assert names["part.0 … part.1"] == 2
    assert names["part.2"] == names["part.3"] == 1


def test_an_energy_that_lacks_something_is_said_to_be_a_least() -> None:
    text = result_table(priced(read(unknown_operator())))
    total = next(line for line in text.splitlines() if line.startswith("total"))
    assert re.search(r"≥ 160 +≥ [\d.]+ nJ", total)
    assert "of known" in text
    assert re.search(r"^energy +≥ [\d.]+ nJ", text, re.MULTILINE)
    assert "of the energy that is known" in text


def test_a_layer_that_does_not_fit_is_in_its_block_without_an_energy() -> None:
    model = sample("lenet5")
    lost = replace(model.layers[2], ofmap_elements=None, loops=None)
    result = priced(replace(model, layers=(*model.layers[:2], lost, *model.layers[3:])))
    row = next(row for row in rows_of(tree_of(result).root) if row.name == lost.name)
    assert (row.amounts, row.unpriced) == ((), 1)
    assert "≥" in result_table(result)


@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.parametrize("name", ["googlenet", "resnet50"])
def test_the_table_keeps_to_the_width(name: str, width: int) -> None:
    text = result_table(half_empty(sample(name)), width=width, every=True)
    table = text[text.index("\nlayer") : text.index("\nby tensor")]
    assert max(map(len, table.splitlines())) <= width


def test_names_that_are_cut_stay_told_apart_in_the_finding() -> None:
    layer = max(sample("lenet5").layers, key=lambda layer: layer.parameters)
    layers = tuple(
        replace(layer, name=f"/model/very_long_name_of_a_module/{what}/and_of_another_one/MatMul")
        for what in ("query_projection", "value_projection", "output_projection")
    )
    text = result_table(priced(Model("m", "onnx", 1, layers, parameters=0)))
    for what in ("query", "value", "output"):
        assert what in text.split("take")[0]


_WORDS = st.lists(st.sampled_from(["block", "conv", "a", "b", "layer.1", "x" * 20]), max_size=8)


@given(st.sets(_WORDS.map("/".join), min_size=1, max_size=12), st.integers(12, 40))
@settings(max_examples=300, deadline=None)
def test_different_names_are_cut_to_the_room_there_is(names: set[str], most: int) -> None:
    shown = apart(sorted(names), most)
    assert max(map(len, shown)) <= most
    for name, form in zip(sorted(names), shown, strict=True):
        assert form == name or len(name) > most or "…" in form


def test_names_alike_at_both_ends_show_where_they_differ() -> None:
    names = [f"encoder/block/{part}/projection/weights/MatMul" for part in ("query", "key")]
    assert apart(names, 24) == ["…query/projection/weigh…", "…key/projection/weights…"]


def test_coding_that_makes_words_longer_is_said() -> None:
    model = sample("lenet5")
    dense = priced(model, Density("", {}, tuple(0.0 for _ in model.layers)))
    plain = priced(model)
    assert dense.energy_macs is not None
    assert plain.energy_macs is not None
    assert dense.energy_macs > plain.energy_macs
    (note,) = coding_notes(dense.rows)
    assert "the weights of 5 layers, to 17 bits a word in place of 16" in note.text
    assert note in dense.notes
    assert coding_notes(plain.rows) == []
    assert coding_notes(priced(model, Density("", {}, (0.5,) * len(model.layers))).rows) == []


def test_zeros_have_a_column_where_they_are_known() -> None:
    model = sample("lenet5")
    assert "weight 0s" not in result_table(priced(model))
    text = result_table(half_empty(model))
    weighted = [(layer.weight_elements, place) for place, layer in enumerate(model.layers)]
    zeros = fsum(0.5 * (count or 0) for count, place in weighted if place % 4)
    share = 100 * zeros / fsum(count or 0 for count, _ in weighted)
    total = next(line for line in text.splitlines() if line.startswith("total"))
    assert f"{share:.1f} %" in total


def test_static_power_is_neither_movement_nor_left_out() -> None:
    """It has a column and a part in the finding; where it is unknown, power says so."""
    model = sample("lenet5")
    with_it, without = priced(model, platform="eyeriss-chip"), priced(model)
    parts = with_it.parts()
    static, macs = parts["static"]["static"], parts["computation"]["mac"]
    moved = (with_it.energy_j or 0.0) - static - macs
    text = " ".join(result_table(with_it).split())
    assert f"moving data takes {moved / macs:.1f} times what computing takes" in text
    assert f"static power {100 * static / (with_it.energy_j or 0.0):.0f} %." in text
    assert "(without static power)" not in text
    assert "(without static power)" in result_table(without)
    pools = tuple(layer for layer in model.layers if not layer.macs)
    moving = replace(model, layers=pools)
    assert "none computes, static power" in result_table(priced(moving, platform="eyeriss-chip"))
    assert "all of it moves data." in result_table(priced(moving))


def test_what_a_platform_remarks_is_among_the_notes() -> None:
    remarks = [note.text for note in priced(sample("lenet5")).notes if "remark" in note.code]
    assert len(remarks) == 1
    assert "They leave static power out" in remarks[0]
