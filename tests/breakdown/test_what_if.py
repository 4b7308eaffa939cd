"""What fusing pairs of layers would save: which are pairs, which go together, where it is said."""

import itertools
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper

from py.breakdown import Options, Result, open_state, price, state_of
from py.breakdown.layer_choices import Exit
from py.breakdown.layer_result import LayerResult
from py.breakdown.what_if import Pair, _with_best, fuse
from py.estimate import main
from py.page import handle
from py.platforms import CountedEstimate, Term, load_platform
from py.platforms.counted import Fused
from py.platforms.load import read_platform_file
from tests.models import conv_net, read, serialised, weights
from tests.platforms.accelerator.test_capacity import LOOPS
from tests.platforms.accelerator.test_laws import layer_of

EYERISS = load_platform("eyeriss")
ROOT = Path(__file__).resolve().parents[2]


def conv(name: str, source: str, out: str, weight: str) -> Any:
    return helper.make_node("Conv", [source, weight], [out], name)


def branched() -> bytes:
    """a -> relu -> b -> c, with b's map added to c's; then d, whose map is also an output; then e.

    The size of a's map is asked for, which reads nothing of it.
    """
    nodes = [
        conv("a", "x", "ta", "w"),
        helper.make_node("Relu", ["ta"], ["ra"], "relu"),
        helper.make_node("Shape", ["ra"], ["size"], "shape"),
        conv("b", "ra", "tb", "w"),
        conv("c", "tb", "tc", "w"),
        helper.make_node("Add", ["tb", "tc"], ["sum"], "add"),
        conv("d", "sum", "td", "w"),
        conv("e", "td", "te", "w"),
        conv("f", "te", "y", "w"),
    ]
    outputs: dict[str, Any] = {"y": (1, 4, 6, 6), "td": (1, 4, 6, 6)}
    return serialised(nodes, {"x": (1, 4, 6, 6)}, outputs, [weights("w", 4, 4, 1, 1)])


def priced(data: bytes) -> Result:
    return price(read(data), EYERISS, Options(fuse=True))


def names(found: Result) -> list[tuple[str, str]]:
    assert found.what_if is not None
    return [(pair.rows[0].layer.name, pair.rows[1].layer.name) for pair in found.what_if.pairs]


def test_pairs_are_layers_of_which_one_alone_reads_the_other() -> None:
    """b's map is read twice, d's is an output of the model, and the sum reads two maps."""
    found = priced(branched())
    assert names(found) == [("a", "b"), ("add", "d"), ("e", "f")]
    assert found.what_if is not None
    assert found.what_if.tried == 3
    assert all(pair.best for pair in found.what_if.pairs)
    assert [row.layer.reader for row in found.rows if row.layer.name in "bd"] == [None, None]


def test_layers_without_macs_are_fused_too() -> None:
    """256 values of 4x8x8 maps stay for the pool, or 64 of 4x4x4 for the layer after it."""
    found = priced(conv_net())
    assert names(found) == [("conv1", "pool1"), ("pool1", "fc1")]
    assert found.what_if is not None
    saved = [pair.saving_macs for pair in found.what_if.pairs]
    assert saved == pytest.approx([2 * 256 * (200 - 6), 2 * 64 * (200 - 6)])
    assert [pair.best for pair in found.what_if.pairs] == [True, False]


def test_what_is_read_in_a_loop_or_in_place_is_no_pair() -> None:
    model = read(conv_net())
    for change in ({"runs": 2}, {"in_place": True}, {"kind": "recurrent"}):
        layers = tuple(replace(layer, **change) for layer in model.layers)
        found = price(replace(model, layers=layers), EYERISS, Options(fuse=True))
        assert found.what_if is not None
        assert found.what_if.known
        assert found.what_if.tried == 0


def test_the_totals_are_without_it_and_it_is_off_by_default() -> None:
    plain, found = price(read(branched()), EYERISS, Options()), priced(branched())
    assert plain.what_if is None
    assert "what_if" not in plain.as_json()
    assert "fuse" not in plain.options
    assert found.totals() == plain.totals()
    document = json.loads(json.dumps(found.as_json()))
    schema = json.loads((ROOT / "public/schema/result.schema.json").read_text())
    jsonschema.validate(document, schema)
    told = document["what_if"]
    saved = [pair["saving_macs"] for pair in told["fused"]]
    assert told["best"]["saving_macs"] == pytest.approx(math.fsum(saved))
    first = told["fused"][0]
    assert first["names"] == ["a", "b"]
    assert first["layers"] == [0, 1]
    assert first["map_elements"] == 4 * 36
    assert first["map_bytes"] == 4 * 36 * 2
    energies = [layer["energy_macs"] for layer in document["layers"][:2]]
    assert first["energy_macs"]["apart"] == energies[0] + energies[1]
    assert first["saving_macs"] == pytest.approx(2 * 144 * (200 - 6))


def test_a_link_knows_the_pairs() -> None:
    first = priced(branched())
    state = json.loads(json.dumps(state_of(first)))
    model, options = open_state(state, Options())
    assert options.fuse
    again = price(model, EYERISS, options)
    assert again.what_if is not None
    assert first.what_if is not None
    assert again.what_if.as_json() == first.what_if.as_json()
    assert state_of(again) == state_of(first)
    without = open_state(state, Options(fuse=False))[1]
    assert price(model, EYERISS, without).what_if is None
    assert "feeds" not in state_of(price(read(branched()), EYERISS, Options()))["layers"]


@pytest.mark.parametrize("feeds", [[9, 0], [-1], ["1"], [0, 0, 0, 0, 0, 0, 5], 3])
def test_a_damaged_link_is_told(feeds: Any) -> None:
    state = json.loads(json.dumps(state_of(priced(branched()))))
    state["layers"]["feeds"] = feeds
    source = {"kind": "state", "state": state}
    request = {"do": "estimate", "source": source, "platform": read_platform_file("eyeriss")}
    answer = json.loads(handle(json.dumps(request)))
    assert answer["error"]["code"] == "link-invalid"


def test_a_table_does_not_say_who_reads_whom() -> None:
    model = read(b"kind,n,g,m,c,p,q,r,s\nconv,1,1,4,4,6,6,1,1\nconv,1,1,4,4,6,6,1,1\n", "a.csv")
    found = price(model, EYERISS, Options(fuse=True))
    assert found.what_if is not None
    assert not found.what_if.known
    assert found.what_if.pairs == ()


def test_the_pages_door(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(branched())

    def ask(option: Any) -> dict[str, Any]:
        source = {"kind": "file", "path": str(path), "name": path.name}
        request = {"do": "estimate", "source": source, "options": {"fuse": option}}
        text = handle(json.dumps(request | {"platform": read_platform_file("eyeriss")}))
        answer: dict[str, Any] = json.loads(text)
        return answer

    assert "what_if" not in ask(None)["result"]
    assert "what_if" not in ask(False)["result"]
    asked = ask(True)
    assert [pair["names"] for pair in asked["result"]["what_if"]["fused"]] == [
        ["a", "b"],
        ["add", "d"],
        ["e", "f"],
    ]
    assert asked["state"]["options"]["fuse"] is True
    assert ask("yes")["error"]["code"] == "request-invalid"


def test_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(branched())
    assert main([str(path), "--fuse"]) == 0
    printed = capsys.readouterr().out
    assert "a + b *" in printed
    assert "e + f *" in printed
    assert "save most together" in printed
    assert main([str(path), "--fuse", "--platform", "nvdla-like"]) == 0
    assert "of 3 pairs none fits" in capsys.readouterr().out
    assert main([str(path)]) == 0
    assert "fused" not in capsys.readouterr().out


def costing(energy: float) -> CountedEstimate:
    return CountedEstimate((Term("ofmap", "dram", 1.0, 16.0, energy, ""),), "modelled", {})


def pair(first: int, second: int, saving: float) -> Pair:
    row = LayerResult(layer_of(LOOPS), costing(100.0))
    fused = Fused("buffer", 16, (costing(100.0), costing(100.0 - saving)))
    return Pair(first, second, (row, row), fused)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9)), min_size=1, max_size=8))
def test_the_best_set_is_the_best_of_all_sets(links: list[tuple[bool, int]]) -> None:
    """Chains of pairs, broken here and there, against every set without a layer twice."""
    place, pairs = 0, []
    for joined, saving in links:
        place += 0 if joined else 2
        pairs.append(pair(place, place + 1, float(saving)))
        place += 1
    found = [one for one in _with_best(pairs) if one.best]
    assert _apart(found)
    most = max(
        sum(one.saving_macs for one in chosen)
        for count in range(len(pairs) + 1)
        for chosen in itertools.combinations(pairs, count)
        if _apart(chosen)
    )
    assert sum(one.saving_macs for one in found) == most


def _apart(pairs: Any) -> bool:
    layers = [layer for one in pairs for layer in (one.first, one.second)]
    return len(layers) == len(set(layers))


def test_a_pair_that_saves_nothing_is_not_listed() -> None:
    """A map of 98,304 bytes leaves one bank: too little for two tensors of either layer."""
    nodes = [conv("a", "x", "t", "w"), conv("b", "t", "y", "w")]
    shape = (1, 4, 96, 128)
    data = serialised(nodes, {"x": shape}, {"y": shape}, [weights("w", 4, 4, 1, 1)])
    found = fuse(priced(data).rows, EYERISS)
    assert found.tried == 1
    assert found.pairs == ()


def test_layers_that_run_in_the_same_share_are_a_pair_and_save_that_share() -> None:
    model = read(conv_net())
    every = price(model, EYERISS, Options(fuse=True))
    options = Options(fuse=True, active={layer.name: 0.25 for layer in model.layers})
    part = price(model, EYERISS, options)
    assert every.what_if is not None
    assert part.what_if is not None
    assert part.what_if.tried == every.what_if.tried > 0
    assert part.what_if.saving_macs == pytest.approx(every.what_if.saving_macs / 4)
    apart = price(model, EYERISS, Options(fuse=True, exits=(Exit(model.layers[0].name, 0.5),)))
    assert apart.what_if is not None
    assert apart.what_if.tried == every.what_if.tried - 1
