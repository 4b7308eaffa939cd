"""The table's blocks: every column adds up, nothing is lost, names decide what stands together."""

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.columns import written_for
from py.layers import Layer, Model, NotModelled, read_model
from py.layers.report import model_table
from py.layers.report.block import Block
from py.layers.report.tree import Tree
from py.layers.report.view import COMFORTABLE, Row, rows_of
from py.quantities import total_count
from tests.corpus.recorded import MISSING, choices, model_path, names, recorded

ROOT = Path(__file__).resolve().parents[2]


def layer(name: str, macs: int | None = 10, parameters: int = 3, **more: object) -> Layer:
    plain: dict[str, object] = {
        "kind": "dense",
        "op_types": ("MatMul",),
        "nodes": (0,),
        "ops": 1,
        "ifmap_elements": 4,
        "weight_elements": parameters,
        "ofmap_elements": 2,
        "ofmap_shape": (1, 2),
    }
    return Layer(name=name, macs=macs, parameters=parameters, **(plain | more))  # type: ignore[arg-type]


def model(layers: Sequence[Layer], left: Sequence[NotModelled] = ()) -> Model:
    parameters = total_count(found.parameters for found in layers)
    return Model("m", "onnx", 1, tuple(layers), parameters=parameters, not_modelled=tuple(left))


def shown(layers: Sequence[Layer], depth: int | None = None) -> list[tuple[int, str, int]]:
    """Return level, name and times of every row."""
    return [(row.level, row.name, row.times) for row in rows_of(Tree(model(layers)).root, depth)]


_KINDS = st.sampled_from(
    [
        {"macs": 0, "parameters": 0, "op_types": ("Relu",)},
        {"macs": 0, "parameters": 8, "op_types": ("LayerNormalization",)},
        {"macs": 12, "parameters": 6},
        {"macs": 12, "parameters": 6, "runs": 7},
        {"macs": 13, "parameters": 5, "runs": 0.3},
        {"macs": None, "parameters": 2},
    ]
)
_NAMES = st.lists(st.sampled_from(["a", "b", "b.0", "b.1", "Conv", "/", "", "…"]), max_size=4)
_LAYERS = st.lists(st.tuples(_NAMES, _KINDS), max_size=12)


@st.composite
def models(draw: st.DrawFn) -> Model:
    """Models of parts that repeat, under names with and without blocks."""
    parts = draw(st.lists(st.tuples(_LAYERS, st.integers(1, 9)), max_size=4))
    layers = []
    for number, (part, times) in enumerate(parts):
        for time in range(times):
            for path, kind in part:
                name = "/".join([f"part{number}", f"{time}", *path])
                layers.append(layer(name, **kind))  # type: ignore[arg-type]
    left = [
        NotModelled(f"a/odd{number}", "mine:Odd", (number,), None, "not known")
        for number in range(draw(st.integers(0, 2)))
    ]
    return model(layers, left)


def check_sums(block: Block) -> None:
    """Every block is what is in it, as often as it stands for."""
    if not block.children:
        return
    for count in ("macs", "parameters", "layers"):
        inside = total_count(getattr(child, count) for child in block.children)
        assert getattr(block, count) == (None if inside is None else block.times * inside)
    for child in block.children:
        check_sums(child)


def check_rows(rows: list[Row]) -> None:
    """Every open row is the sum of the rows one level further in that follow it."""
    for place, row in enumerate(rows):
        inner = []
        for below in rows[place + 1 :]:
            if below.level <= row.level:
                break
            if below.level == row.level + 1:
                inner.append(below)
        assert bool(inner) == (row.layers > 1 and not row.closed)
        if inner:
            for count in ("macs", "parameters", "layers"):
                inside = total_count(getattr(below, count) for below in inner)
                assert getattr(row, count) == (None if inside is None else row.times * inside)


def check(found: Model) -> None:
    for repeats in (True, False):
        root = Tree(found, repeats=repeats).root
        check_sums(root)
        for depth in (None, 1, 2, 3, 1000):
            rows = rows_of(root, depth)
            check_rows(rows)
            top = [row for row in rows if row.level == 0]
            assert total_count(row.macs for row in top) == found.macs
            known = total_count(entry.parameters for entry in found.layers)
            assert total_count(row.parameters for row in top) == known
            everything = len(found.layers) + len(found.not_modelled)
            assert total_count(row.layers for row in top) == everything


@given(models())
@settings(max_examples=300, deadline=None)
def test_every_column_adds_up(found: Model) -> None:
    check(found)
    model_table(found)


@pytest.mark.skipif(not names(), reason=MISSING)
@pytest.mark.parametrize("name", names())
def test_every_column_of_real_models_adds_up(name: str) -> None:
    with model_path(name).open("rb") as file:
        found = read_model(file, f"{name}.onnx", choices(recorded(name)["cases"][0]))
    check(found)
    text = model_table(found)
    assert max(map(len, text.splitlines())) <= 100
    printed = re.search(r"^MACs +([\d\u2009]+)", text, re.MULTILINE)
    assert printed is not None
    assert int(printed[1].replace("\N{THIN SPACE}", "")) == found.macs


def printed_column(text: str, title: str) -> list[int]:
    """Return the numbers of a column as printed, the total last."""
    lines = text.splitlines()
    header = next(line for line in lines if line.startswith("layer "))
    end = header.index(title) + len(title)
    first = lines.index(header) + 2
    numbers = []
    for line in lines[first:]:
        if line == lines[first - 1]:
            continue
        cell = line[:end].rpartition("  ")[2] if line[end - 1 : end].strip() else ""
        if not line.startswith(" ") and cell:
            cell = cell.replace("\N{THIN SPACE}", "").replace("\N{MINUS SIGN}", "-")
            numbers.append(0 if cell == "–" else int(cell))
        if line.startswith("total"):
            break
    return numbers


@pytest.mark.skipif(not names(), reason=MISSING)
@pytest.mark.parametrize("name", ["resnet18_ts11_dynbhw", "swin_t_dynamo18", "gpt2_small_ts17_dyn"])
def test_what_is_printed_adds_up_with_weights_that_are_shared(name: str) -> None:
    with model_path(name).open("rb") as file:
        found = read_model(file, f"{name}.onnx")
    text = model_table(found)
    assert "shared, counted once" in text
    for title, expected in (("MACs", found.macs), ("parameters", found.parameters)):
        *parts, printed = printed_column(text, title)
        assert total_count(parts) == printed == expected


def test_blocks_alike_in_a_row_are_one_with_the_first_of_them_under_it() -> None:
    layers = [layer("embed/MatMul", 5)]
    for number in range(12):
        layers += [layer(f"encoder/layer.{number}/{part}/MatMul") for part in ("up", "down")]
    layers.append(layer("head/MatMul", 7))
    assert shown(layers) == [
        (0, "embed", 1),
        (0, "encoder/layer.0 … layer.11", 12),
        (1, "layer.0", 1),
        (2, "up", 1),
        (2, "down", 1),
        (0, "head", 1),
    ]
    every = rows_of(Tree(model(layers), repeats=False).root, 1000)
    assert len([row for row in every if row.layers == 1]) == len(layers)


def test_a_block_that_differs_in_one_number_is_not_alike() -> None:
    layers = []
    for number in range(4):
        layers.append(layer(f"layer.{number}/up/MatMul"))
        layers.append(layer(f"layer.{number}/down/MatMul", 11 if number == 2 else 10))
    times = {name: often for level, name, often in shown(layers) if level == 0}
    assert times == {"layer.0 … layer.1": 2, "layer.2": 1, "layer.3": 1}


def test_names_without_blocks_are_searched_for_what_repeats() -> None:
    layers = [layer("n0", 1)]
    for number in range(20):
        layers += [layer(f"n{3 * number + part}", 2 + part) for part in range(1, 4)]
    layers.append(layer("n99", 9))
    assert shown(layers) == [
        (0, "n0", 1),
        (0, "n1 … n60", 20),
        (1, "n1", 1),
        (1, "n2", 1),
        (1, "n3", 1),
        (0, "n99", 1),
    ]


def test_a_long_model_closes_blocks_until_it_reads_well() -> None:
    layers = [
        layer(f"stage{stage}/block{block}/conv{part}/MatMul", 10 + stage + block + part)
        for stage in range(5)
        for block in range(10)
        for part in range(4)
    ]
    rows = shown(layers)
    assert len(rows) <= COMFORTABLE
    assert {name for _, name, _ in rows} == {f"stage{stage}" for stage in range(5)}
    assert len(shown(layers, 2)) == 55
    assert len(shown(layers, 3)) == 255


def test_layers_stand_in_the_modules_of_their_weights_where_names_say_nothing() -> None:
    layers = [
        layer("n0", weights=("stem.conv.weight",), ofmaps=("a",)),
        layer("n1", 0, ifmaps=("a",), ofmaps=("b",)),
        layer("n2", weights=("body.0.conv.weight", "body.0.conv.bias"), ofmaps=("c",)),
        layer("n3", weights=("body.0.down.0.weight",), ofmaps=("d",)),
        layer("n4", 0, ifmaps=("c", "d"), ofmaps=("e",)),
    ]
    tree = Tree(model(layers))
    assert tree.by_weights
    assert [(row.level, row.name) for row in rows_of(tree.root)] == [
        (0, "stem"),
        (1, "conv"),
        (1, "n1"),
        (0, "body.0"),
        (1, "conv"),
        (1, "down.0"),
        (1, "n4"),
    ]
    assert "Blocks are named after weights" in model_table(model(layers))


def test_a_weight_that_several_layers_use_says_nothing_of_where_they_are() -> None:
    layers = [layer(f"n{number}", weights=("tied.weight",)) for number in range(3)]
    assert not Tree(model(layers)).by_weights


def test_unknown_is_said_and_stays_unknown_in_what_holds_it() -> None:
    left = [NotModelled("a/odd", "mine:Odd", (3,), None, "The operator mine:Odd is not known.")]
    found = model([layer("a/x/MatMul"), layer("b/y/MatMul")], left)
    rows = {row.name: row.macs for row in rows_of(Tree(found).root)}
    assert rows == {"a": None, "x": 10, "odd": None, "b/y": 10}
    text = model_table(found)
    assert "of known" in text
    assert re.search(r"^MACs +≥ 20$", text, re.MULTILINE)
    assert "a/odd: The operator mine:Odd is not known." in text


def test_names_with_thousands_of_parts_end_well() -> None:
    layers = [layer("/".join(["deep"] * 5000) + f"/{number}/MatMul") for number in range(3)]
    found = model(layers)
    check(found)
    assert max(map(len, model_table(found).splitlines())) <= 100


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_the_table_keeps_to_the_width(width: int) -> None:
    layers = [
        layer(f"{'name' * 12}/{number}/{'part' * 9}_{number}/x", 10**12 + number, 10**9)
        for number in range(20)
    ]
    lines = model_table(model(layers), width=width).splitlines()
    table = lines[lines.index("") + 1 : lines.index("", lines.index("") + 1)]
    assert max(map(len, table)) <= max(width, 80)


def test_runs_stand_beside_what_runs_so_often() -> None:
    layers = [layer("step", 10, runs=128), layer("maybe", 10, runs=float(Fraction(1, 4)))]
    text = model_table(model(layers))
    assert "×128" in text
    assert "×0.25" in text
    assert "1\N{THIN SPACE}280" in text


def test_a_terminal_with_few_letters_gets_the_same_columns() -> None:
    with (ROOT / "public/models/alexnet.onnx").open("rb") as file:
        text = model_table(read_model(file, "alexnet.onnx"))
    plain = written_for(text, "ascii")
    assert plain.isascii()
    assert [len(line) for line in plain.splitlines()] == [len(line) for line in text.splitlines()]
    assert written_for(text, "utf-8") == text
    assert written_for(text, None).isascii()


def test_what_repeats_begins_where_names_stand_together() -> None:
    layers = []
    for block in "abcdef":
        if block == "a":
            layers.append(layer("a_first", 99))
        layers += [layer(f"{block}_{part}", 10 + part * (block != "a")) for part in (1, 2)]
        layers += [layer(f"{block}_{part}", 10 + part) for part in (3, 4)]
    assert (0, "b_1 … f_4", 5) in shown(layers)


def test_no_name_drives_the_terminal() -> None:
    evil = "\x1b[2J\u202e\nend"
    left = [NotModelled(f"{evil}odd", f"mine:{evil}", (3,), None, f"The operator {evil} is odd.")]
    found = model([layer(f"{evil}/a/{evil}"), layer(f"b/{evil}")], left)
    text = model_table(found)
    assert not {"\x1b", "\u202e"} & set(text)
    assert "\nend" not in text
