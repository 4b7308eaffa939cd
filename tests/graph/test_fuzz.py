"""Damaged models: every one ends in a model or in one of our errors, soon and in little memory.

A bounded run of ``tests/graph/fuzzing``, and every case that once ended badly.
"""

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from py.layers import Choices
from tests.graph.fuzzing import mutations
from tests.graph.fuzzing.limits import TooSlowError
from tests.graph.fuzzing.mutate import mutated
from tests.graph.fuzzing.pipeline import Case, outcome_of
from tests.graph.fuzzing.search import Search, bounded_outcome
from tests.graph.fuzzing.seeds import by_hand, real, single_nodes, trees
from tests.graph.fuzzing.tree import Field, message, parsed, walk, written
from tests.graph.fuzzing.wrappers import wrap

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = sorted((Path(__file__).parent / "fuzzing" / "fixtures").glob("*.txt"))


def test_two_thousand_cases_end_well_under_limits_of_time_and_memory() -> None:
    options = ["--cases", "2000", "--seed", "tests"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.graph.fuzzing", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2,000 cases" in done.stdout


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_what_once_ended_badly_ends_well(path: Path) -> None:
    assert bounded_outcome(Case.from_text(path.read_text())).broke == ""


def test_seeds_are_written_as_they_were_read() -> None:
    for data in (*by_hand(), *real(), *single_nodes()):
        assert written(parsed(data)) == data


def test_models_written_by_hand_end_in_models() -> None:
    for data in by_hand():
        assert outcome_of(Case(data, Choices(), weights=True)).kind.startswith("model ")


def test_a_case_is_the_same_for_the_same_seed_and_is_kept_whole() -> None:
    first, second = Search("same"), Search("same")
    for _ in range(100):
        case = first._case()
        assert case == second._case()
        assert Case.from_text(case.as_text()) == case


@pytest.mark.parametrize("name", ["delete", "duplicate", "rename", "other_operator", "elements"])
def test_a_mutation_changes_most_models(name: str) -> None:
    rng, seeds = Random(name), trees(by_hand())
    changed = 0
    for seed in seeds * 3:
        root = seed.copy()
        getattr(mutations, name)(mutations.Change(rng, root, seeds))
        changed += written(root) != written(seed)
    assert changed > len(seeds)


def test_a_wrapped_node_is_in_a_body_or_a_function() -> None:
    seed = trees(by_hand())[0]
    for number in range(20):
        root = seed.copy()
        wrap(mutations.Change(Random(number), root, [seed]))
        before, after = (
            [field for _, field in walk(tree) if field.kind in ("Graph", "Function")]
            for tree in (seed, root)
        )
        assert after != before
        assert written(root) != written(seed)


def test_a_bad_end_is_seen_with_its_place_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(case: Case) -> object:
        if b"MatMul" in case.data:
            raise KeyError("planted")
        raise TooSlowError

    monkeypatch.setattr("tests.graph.fuzzing.pipeline.taken_through", broken)
    found = Search("planted", learns=False).run(60)
    planted = [text for broke, text in found.broken.items() if "KeyError" in broke]
    assert planted
    assert min(len(Case.from_text(text).data) for text in planted) < 120  # of hundreds
    assert "slow" in found.broken


def test_lengths_and_numbers_are_written_wrong_when_asked() -> None:
    field = Field(2, b"abc")
    field.stretch = 5
    assert written(message(0, "Opset", field)) == b"\x12\x08abc"
    number = Field(2, 1)
    number.padding = 2
    assert written(message(0, "Opset", number)) == b"\x10\x81\x80\x00"


def test_the_same_seed_gives_the_same_bytes_after_mutations() -> None:
    seeds = trees(by_hand())
    assert mutated(Random(5), seeds[0], seeds) == mutated(Random(5), seeds[0], seeds)
