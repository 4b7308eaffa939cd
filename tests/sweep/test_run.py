"""What a fault costs: the combination it is in, and no other; and what is tried again."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from py.breakdown import price
from py.breakdown.result import Result
from py.sweep.__main__ import main
from py.sweep.answers import AnswerStore
from py.sweep.asked import Grid, Sweep
from py.sweep.plan import pricing
from py.sweep.plan.plan import Plan
from py.sweep.plan.pricing import rows_of
from py.sweep.rows.journal import Journal
from py.sweep.run import run
from py.sweep.work.failed import TaskFailed
from py.sweep.work.inline import InlineWorkers
from py.terminal import BAD_INPUT, PARTIAL
from py.terminal import run as run_program
from tests.models import conv_net
from tests.sweep.ran import estimated, sweep


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "net.onnx"
    path.write_bytes(conv_net(3))
    return str(path)


def plan_of(net: str) -> Plan:
    grid = Grid({"batch": ("1", "2", "4"), "bits": ("8", "16")})
    return Plan(Sweep((net,), ("eyeriss", "t4"), grid))


class Unlucky(InlineWorkers):
    """Workers of which some tasks run out of memory, as often as it is said."""

    def __init__(self, hits: Callable[[Any], bool]) -> None:
        super().__init__()
        self.hits = hits

    def each(
        self, task: Callable[[Any], Any], arguments: Iterable[Any]
    ) -> Iterator[tuple[int, Any]]:
        def noted() -> Iterator[Any]:
            for argument in arguments:
                asked.append(argument)
                yield argument

        asked: list[Any] = []
        for place, result in super().each(task, noted()):
            unlucky = task is rows_of and self.hits(asked[place])
            yield place, TaskFailed.of(MemoryError()) if unlucky else result


def statuses(plan: Plan, folder: Path, workers: InlineWorkers) -> list[tuple[str, str | None]]:
    """Run a plan and return how each row ended, in their order."""
    with Journal(folder / "journal", plan.digest) as journal, AnswerStore(None) as store, workers:
        run(plan, journal, store, workers, folder, lambda *_: None)
        return [
            (str(row.values["status"]), row.values["reason_code"])  # type: ignore[misc]
            for row in journal.rows()
        ]


def test_one_that_fails_costs_no_other(
    net: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sometimes(model: Any, platform: Any, options: Any) -> Result:
        if platform.id == "t4" and model.batch == 2:
            raise IndexError("a fault of ours")
        return price(model, platform, options)

    monkeypatch.setattr(pricing, "price", sometimes)
    ended = statuses(plan_of(net), tmp_path, InlineWorkers())
    assert ended.count(("failed", "worker-raised")) == 2
    assert ended.count(("ok", None)) == 10


def test_a_part_that_is_too_large_is_tried_one_by_one(net: str, tmp_path: Path) -> None:
    ended = statuses(plan_of(net), tmp_path, Unlucky(lambda ask: len(ask.part.places) > 1))
    assert ended == [("ok", None)] * 12


def test_what_the_machine_did_is_tried_again_when_it_goes_on(net: str, tmp_path: Path) -> None:
    plan = plan_of(net)
    ended = statuses(plan, tmp_path, Unlucky(lambda ask: 7 in ask.part.places))
    assert [code for _, code in ended].count("worker-memory") == 1

    class Stopped(Unlucky):
        """Stopped by its user once all has been tried."""

        def each(
            self, task: Callable[[Any], Any], arguments: Iterable[Any]
        ) -> Iterator[tuple[int, Any]]:
            yield from super().each(task, arguments)
            if task is rows_of:
                raise KeyboardInterrupt

    folder = tmp_path / "again"
    folder.mkdir()
    with pytest.raises(KeyboardInterrupt):
        statuses(plan, folder, Stopped(lambda ask: 7 in ask.part.places))
    assert statuses(plan, folder, InlineWorkers()) == [("ok", None)] * 12


def test_notes_are_those_of_the_terminal(net: str, tmp_path: Path) -> None:
    ran = sweep(tmp_path / "out", net, "--exit", "nowhere=0.3", "--platform", "eyeriss", "t4")
    for row in ran.rows:
        document = estimated(net, "--exit", "nowhere=0.3", "--platform", row["platform"])
        codes = list(dict.fromkeys(note["code"] for note in document["notes"]))
        assert row["notes"].split() == codes
        assert "exits-unused" in codes
    assert "exits-unused" in ran.printed


def test_another_sweep_s_rows_are_not_replaced_unasked(net: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    first = sweep(folder, net, "--platform", "t4")
    rows = (folder / "rows.csv").read_bytes()
    again = ["--output", str(folder), "--cache", "none", "--workers", "1", "--quiet"]
    other = [net, "--platform", "t4", "--batch", "2"]
    assert run_program(main, [*other, *again]) == BAD_INPUT
    assert (folder / "rows.csv").read_bytes() == rows
    assert sweep(folder, net, "--platform", "t4").rows == first.rows
    assert [row["batch"] for row in sweep(folder, *other, "--restart").rows] == [2]
    told = json.loads((folder / "provenance.json").read_text())
    assert json.loads(told["sweep"])["grid"] == {"batch": ["2"]}


def test_an_option_may_be_repeated(net: str, tmp_path: Path) -> None:
    given = ["--batch", "1", "--batch", "4", "--platform", "t4", "--platform", "eyeriss", "tx"]
    assert run_program(main, [net, *given, "--output", str(tmp_path / "no")]) == BAD_INPUT
    ran = sweep(tmp_path / "out", net, *given[:-1])
    assert {(row["batch"], row["platform"]) for row in ran.rows} == {
        *((1, "t4"), (4, "t4"), (1, "eyeriss"), (4, "eyeriss"))
    }
    assert ran.code != PARTIAL
