"""Reading a model for its combinations: once for each way, in parts, with distinct questions."""

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest
from onnx import helper

from py.answers import Load
from py.errors import JoulegraphError
from py.layers import Choices, Model
from py.model_argument import load_model
from py.sweep.plan import opened, reading
from py.sweep.plan.reading import MOST_TOGETHER, ReadAsk, read, unread
from py.sweep.plan.variant import Variant
from tests.models import conv_net, serialised, weights
from tests.sweep.plan.within import combinations, within


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How a model was read, each time that it was."""
    told: list[str] = []
    load: Load = load_model

    def counting(
        argument: str, choices: Choices, /, *, count_weights: bool = False
    ) -> tuple[Model, dict[str, object] | None]:
        told.append(f"{choices.batch} {dict(choices.dims)} {count_weights}")
        return load(argument, choices, count_weights=count_weights)

    monkeypatch.setattr(opened, "load_model", counting)
    return told


def test_a_model_is_read_once_for_each_way_that_its_inputs_are_chosen(
    net: str, ways: list[str]
) -> None:
    points = [
        {"batch": batch, "bits": bits, "array": array, **more}
        for batch in ("1", "2")
        for bits in ("4", "8")
        for array in ("4x4", "8x8")
        for more in ({}, {"zeros": "none"}, {"zeros": "ifmap=0.5"})
    ]
    with within("eyeriss"):
        done = read(ReadAsk(net, combinations(points)))
    assert done.rows == []
    assert ways == ["1 {} False", "2 {} False"]
    assert sorted(place for part in done.parts for place in part.places) == [*range(len(points))]


def test_dimensions_and_counted_weights_are_ways_of_reading(net: str, ways: list[str]) -> None:
    points = [{"dims": "N=2"}, {"zeros": "weights"}, {"dims": "N=2", "bits": "8"}, {"dims": "N=3"}]
    with within("eyeriss"):
        assert read(ReadAsk(net, combinations(points))).rows == []
    assert sorted(ways) == ["None {'N': 2} False", "None {'N': 3} False", "None {} True"]


def test_a_model_that_cannot_be_read_is_tried_once(tmp_path: Path, ways: list[str]) -> None:
    path = tmp_path / "torn.onnx"
    path.write_bytes(conv_net()[:-9])
    points = [{"bits": bits} for bits in "4567"]
    with within("eyeriss"):
        done = read(ReadAsk(str(path), combinations(points)))
    assert len(ways) == 1
    assert [row.place for row in done.rows] == [0, 1, 2, 3]
    assert {row.values["reason_code"] for row in done.rows} == {"truncated"}
    assert len({row.id for row in done.rows}) == 4
    assert done.parts == []


@pytest.mark.parametrize("count", [1, MOST_TOGETHER, MOST_TOGETHER + 1, 3 * MOST_TOGETHER])
def test_parts_are_small_enough_for_one_worker(net: str, count: int) -> None:
    points = [{"bits": f"w={1 + place % 64},a={1 + place // 64}"} for place in range(count)]
    with within("t4"):
        done = read(ReadAsk(net, combinations(points)))
    assert [len(part.places) for part in done.parts] == [
        min(MOST_TOGETHER, count - first) for first in range(0, count, MOST_TOGETHER)
    ]
    for part in done.parts:
        model, ready = part.unpacked()
        assert model.name == "net"
        assert part.places == tuple(one.place for one in ready)
        assert part.needs == {}  # nothing is mapped on a datasheet


def test_questions_are_distinct_and_only_of_what_is_mapped(tmp_path: Path) -> None:
    """Five layers, of which three are alike: two questions on each array, none on a datasheet."""
    nodes = [
        helper.make_node("Conv", [before, weight], [after], after, pads=[1] * 4)
        for before, weight, after in [
            *(("x", "w", "a"), ("a", "w", "b"), ("b", "w", "c"), ("c", "w2", "d")),
        ]
    ]
    nodes.append(helper.make_node("Relu", ["d"], ["y"]))
    path = tmp_path / "alike.onnx"
    given = [weights("w", 4, 4, 3, 3), weights("w2", 6, 4, 3, 3)]
    path.write_bytes(serialised(nodes, {"x": (1, 4, 8, 8)}, {"y": None}, given))
    points = [{"array": "4x4"}, {"array": "8x8"}, {"array": "4x4", "bits": "8"}]
    with within("eyeriss", "t4"):
        done = read(ReadAsk(str(path), (*combinations(points), *combinations([{}], 1))))
        needs = [part.needs for part in done.parts]
    assert len(needs) == 1  # one model, read in one way
    assert {variant.array: len(layers) for variant, layers in needs[0].items()} == {
        (4, 4): 4,  # at two widths
        (8, 8): 2,
    }
    assert all(len(set(layers)) == len(layers) for layers in needs[0].values())


def test_what_is_wrong_for_one_platform_costs_its_rows(net: str) -> None:
    points = [{"capacity": "global_buffer=64KiB"}, {"capacity": "scratch=64KiB"}, {"batch": "2"}]
    with within("eyeriss"):
        done = read(ReadAsk(net, combinations(points)))
    (row,) = done.rows
    assert (row.place, row.values["reason_code"]) == (1, "capacity-unknown")
    assert row.values["capacity"] == "scratch=64KiB"
    assert [part.places for part in done.parts] == [(0,), (2,)]  # another batch is another model


def test_hashes_are_of_files_alone(net: str, tmp_path: Path) -> None:
    assert reading.content_of(net) == sha256(Path(net).read_bytes()).hexdigest()
    for other in (str(tmp_path), str(tmp_path / "gone.onnx"), "https://example.org/#v1.x", "\0"):
        assert reading.content_of(other) is None


def test_an_id_hangs_on_content_and_path(net: str, tmp_path: Path) -> None:
    copy, changed = tmp_path / "copy.onnx", tmp_path / "changed.onnx"
    copy.write_bytes(Path(net).read_bytes())
    changed.write_bytes(conv_net(3))
    with within("eyeriss"):
        first, second, third = (id_of(str(path)) for path in (net, copy, changed))
    assert len({first, second, third}) == 3  # a copy is a model of its own
    with within("eyeriss"):
        assert id_of(net) == first


def test_an_id_hangs_on_the_zeros_beside_a_model(net: str) -> None:
    beside = Path(net).with_suffix(".density.json")
    ids = []
    with within("eyeriss"):
        ids.append(id_of(net))
        for zeros in (0.25, 0.5):
            density = {"schema": "joulegraph/density/1", "layers": {"conv1": {"ifmap": zeros}}}
            beside.write_text(json.dumps(density))
            ids += [id_of(net), id_of(net)]
        assert len({id_of(net, zeros="none"), *ids}) == 4
    assert ids[1] == ids[2] != ids[3] == ids[4]
    beside.write_text("{}")
    with within("eyeriss"):
        (row,) = read(ReadAsk(net, combinations([{}]))).rows
    assert row.values["reason_code"] == "density-invalid"


def id_of(path: str, **texts: str) -> str:
    (part,) = read(ReadAsk(path, combinations([texts]))).parts
    (ready,) = part.unpacked()[1]
    return ready.id


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.onnx"
    os.mkfifo(pipe)
    with within("eyeriss"):
        for path in (str(pipe), "nul\0.onnx", "/dev/null"):
            (row,) = read(ReadAsk(path, combinations([{}]))).rows
            assert row.values["reason_code"] == "unreadable"
            assert row.values["reason"]


def test_a_reading_that_fails_altogether_has_all_its_rows() -> None:
    wanted = combinations([{"batch": "2"}, {"batch": "4", "clock": "1kHz"}])
    error = JoulegraphError("worker-memory", "Too large.", "Try it alone.")
    with within("eyeriss") as setting:
        rows = unread(ReadAsk("zoo/a.onnx", wanted), setting.platforms, {"a": 0.5}, error)
    assert [row.place for row in rows] == [0, 1]
    assert rows[0].id != rows[1].id
    told = ("status", "reason_code", "reason", "model", "batch", "clock_hz", "top_error")
    assert [tuple(row.values[name] for name in told) for row in rows] == [
        ("failed", "worker-memory", "Too large. Try it alone.", "a", 2, None, 0.5),
        ("failed", "worker-memory", "Too large. Try it alone.", "a", 4, 1000.0, 0.5),
    ]


def test_a_variant_is_what_a_mapping_hangs_on(net: str) -> None:
    points = [{}, {"bits": "4"}, {"zeros": "ifmap=0.5"}, {"clock": "1MHz"}, {"objective": "delay"}]
    with within("eyeriss"):
        (part,) = read(ReadAsk(net, combinations(points))).parts
    assert set(part.needs) == {
        Variant(0),
        Variant(0, clock_hz=1e6),
        Variant(0, objective="delay"),
    }
