"""A plan: what is asked of workers, and what tells it from the plan of another sweep."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from py.errors import JoulegraphError
from py.sweep.asked import Grid, Sweep
from py.sweep.plan import plan as planned
from py.sweep.plan.plan import Plan
from tests.models import conv_net


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.onnx"
    path.write_bytes(conv_net())
    return path


def plan(net: Path, platforms: tuple[str, ...] = ("t4",), **grid: list[str]) -> Plan:
    values = {name: tuple(texts) for name, texts in grid.items()}
    return Plan(Sweep((str(net), "other.onnx"), platforms, Grid(values)))


def test_models_are_asked_one_by_one_with_what_is_missing_of_them(net: Path) -> None:
    made = plan(net, ("eyeriss", "t4"), batch=["1", "2"], array=["2x2", "4x4"])
    assert made.count == 2 * (4 + 2)
    asks = list(made.asks(set()))
    assert [ask.model for ask in asks] == [str(net), "other.onnx"]
    found = [one for ask in asks for one in ask.combinations]
    assert [one.place for one in found] == [*range(12)]
    assert [one.platform for one in found] == [0, 0, 0, 0, 1, 1] * 2
    (ask,) = made.asks({*range(5), *range(6, 12)})
    assert (ask.model, [one.place for one in ask.combinations]) == (str(net), [5])
    assert list(made.asks({*range(12)})) == []


def test_a_large_grid_is_read_in_several_tasks(net: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planned, "MOST_READ", 4)
    made = plan(net, bits=[str(width) for width in range(1, 10)])
    asks = [(ask.model, len(ask.combinations)) for ask in made.asks({0})]
    assert asks == [
        *[(str(net), 4), (str(net), 4)],
        *[("other.onnx", 4), ("other.onnx", 4), ("other.onnx", 1)],
    ]
    places = [one.place for ask in made.asks({0}) for one in ask.combinations]
    assert places == [*range(1, 18)]


def test_the_same_sweep_has_the_same_plan(net: Path) -> None:
    assert plan(net).digest == plan(net).digest
    assert plan(net).provenance() == plan(net).provenance()


@pytest.mark.parametrize(
    "change",
    [
        lambda net: net.write_bytes(conv_net(2)),
        lambda net: os.utime(net, (1, 1)),
        lambda net: net.unlink(),
        lambda net: net.with_suffix(".density.json").write_text("{}"),
    ],
)
def test_what_was_finished_of_another_file_is_another_plan(
    net: Path, change: Callable[[Path], None]
) -> None:
    before = plan(net).digest
    change(net)
    assert plan(net).digest != before


def test_what_was_finished_with_other_zeros_is_another_plan(net: Path, tmp_path: Path) -> None:
    named = tmp_path / "named.json"
    digests = []
    for source in ("one", "another"):
        told = f'{{"schema": "joulegraph/density/1", "source": "{source}", "layers": {{}}}}'
        named.write_text(told)
        digests += [plan(net).digest, plan(net, zeros=[str(named)]).digest]
    assert digests[0] == digests[2]
    assert len(set(digests)) == 3


def test_another_engine_platform_or_grid_is_another_plan(
    net: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.json"
    file = {**plan(net).platforms[0].file, "id": "own"}
    own.write_text(json.dumps(file))
    plans = [plan(net), plan(net, ("k40",)), plan(net, batch=["2"]), plan(net, (str(own),))]
    own.write_text(json.dumps({**file, "name": "Another"}))
    plans.append(plan(net, (str(own),)))
    monkeypatch.setattr(planned, "sources_digest", lambda: "other")
    plans.append(plan(net))
    assert len({one.digest for one in plans}) == len(plans)


def test_an_error_by_a_name_that_two_models_have_is_refused(tmp_path: Path) -> None:
    paths = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        paths.append(tmp_path / folder / "net.onnx")
        paths[-1].write_bytes(conv_net(2))
    models = tuple(map(str, paths))
    with pytest.raises(JoulegraphError) as caught:
        Plan(Sweep(models, ("t4",), top_errors={"net": 0.1}))
    assert caught.value.code == "errors-ambiguous"
    Plan(Sweep(models, ("t4",), top_errors={models[0]: 0.1}))
