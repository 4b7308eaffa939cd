"""Our least energy is at most the peers', row for row, and what it counts is what a walk counts.

``python -m tests.peers`` prints all rows. Those in ``LONG`` take the mapper seconds each; the tests
compare them where the environment says ``PEERS=all``.
"""

import math
import os
from collections import Counter
from pathlib import Path

import pytest

from py.platforms.accelerator.nest.count import accesses
from tests.peers.comparison import NOT_EXPRESSED, SAME, Comparison, compared
from tests.peers.higher import HIGHER
from tests.peers.long import LONG
from tests.peers.rows import COSTS, COUNT, Row, read
from tests.peers.small import MOST_MACS, small
from tests.platforms.accelerator.nest.walk import fits, walk

MOST_HIGHER = 0.05
"""How many of all rows may be higher, each with two counts that show why."""

ASKED = [
    number
    for number in range(COUNT)
    if number not in NOT_EXPRESSED and (number not in LONG or os.environ.get("PEERS") == "all")
]

TENSORS_OF = {"filter": ("weight",), "ifmap": ("ifmap",), "ofmap": ("ofmap", "psum")}
"""nn_dataflow's names of tensors, with ours."""

PLACES_OF = {"DRAM": "dram", "GBUF": "glb", "ITCN": "array", "REGF": "rf"}
"""nn_dataflow's names of levels, with ours."""


@pytest.fixture(scope="session")
def rows(shared: Path) -> list[Row]:
    """All rows of the reference file."""
    return read(shared)


def test_all_rows_are_accounted_for(rows: list[Row]) -> None:
    assert len(rows) == COUNT
    assert Counter(row.peer for row in rows) == {
        "nn_dataflow": 134,
        "zigzag-dse": 32,
        "timeloop": 18,
    }
    assert not set(NOT_EXPRESSED) & set(HIGHER)
    assert len(HIGHER) <= MOST_HIGHER * COUNT


def test_rows_add_up_as_the_peers_modules_say(rows: list[Row]) -> None:
    for row in rows:
        assert row.energy == pytest.approx(math.fsum(row.energies.values()), rel=1e-5)
        for level, words in row.words.items():
            total = math.fsum(words.values()) if isinstance(words, dict) else words
            named = level if level in row.energies else "GlobalBuffer"
            assert row.energies[named] == pytest.approx(COSTS[level] * total, rel=SAME)


def test_nn_dataflow_charges_four_register_accesses_a_mac(rows: list[Row]) -> None:
    for row in rows:
        if row.peer == "nn_dataflow":
            macs = row.macs
            expected = {"filter": macs, "ifmap": macs, "ofmap": 2 * macs}
            assert row.words["REGF"] == pytest.approx(expected, rel=SAME)


def test_nn_dataflow_reads_a_psum_at_all_visits_but_the_first(rows: list[Row]) -> None:
    for row in rows:
        if row.peer == "nn_dataflow":
            outputs = row.problem().elements("ofmap") * row.groups
            times = row.words["DRAM"]["ofmap"] / outputs
            assert times == pytest.approx(round(times), rel=SAME)
            assert round(times) % 2 == 1


def test_zigzag_reads_and_writes_a_psum_at_every_mac(rows: list[Row]) -> None:
    for row in rows:
        if row.peer == "zigzag-dse":
            assert row.words["RF"]["O"] > 2 * row.macs
    conv4 = rows[137]
    outputs = conv4.problem(groups_native=True).elements("ofmap")
    assert conv4.words["RF"]["O"] == 2 * conv4.macs + 3 * outputs


def test_zigzag_reads_operands_when_they_change(rows: list[Row]) -> None:
    reads = [row.words["RF"] for row in rows if row.peer == "zigzag-dse"]
    macs = [row.macs for row in rows if row.peer == "zigzag-dse"]
    assert min(read["I"] / of for read, of in zip(reads, macs, strict=True)) < 0.05
    assert min(read["W"] / of for read, of in zip(reads, macs, strict=True)) < 0.1


def test_timeloop_reads_operands_at_every_mac_and_charges_fills(rows: list[Row]) -> None:
    for row in rows:
        if row.peer == "timeloop":
            assert row.energies["WeightRegFile"] > row.macs
            assert row.energies["InputRegFile"] > row.macs
            assert row.energies["PsumRegFile"] < 3 * row.macs


def test_rows_with_gaps_do_not_fit_where_the_peer_keeps_them(rows: list[Row]) -> None:
    problem = rows[76].problem()
    a_row = 3 * problem.extent("s")
    filters, psums = a_row, 4
    assert 4 * a_row + filters + psums <= 256 < problem.span(1, 4, 1) * a_row


@pytest.mark.parametrize("number", ASKED)
def test_ours_is_at_most_theirs(rows: list[Row], number: int) -> None:
    found = compared(rows[number])
    assert found.ours == pytest.approx(found.told, rel=SAME)
    if number in HIGHER:
        assert found.ratio > 1 + SAME, "no longer higher"
        assert found.row.words["ITCN"] == pytest.approx(HIGHER[number].theirs, rel=SAME)
        words = {name: _words(found, "array", ours) for name, ours in TENSORS_OF.items()}
        assert words == HIGHER[number].ours
    else:
        assert found.ratio <= 1 + SAME, f"{found.row.name}: {found.ours} above {found.row.energy}"
    question = found.question
    assert fits(question.problem, question.machine, found.mapping, (16, 16, 16))
    _counts_agree_if_alike(found)
    problem, mapping = small(question.problem, question.machine, found.mapping)
    assert problem.macs <= MOST_MACS
    assert accesses(problem, question.machine, mapping) == walk(problem, question.machine, mapping)


def _counts_agree_if_alike(found: Comparison) -> None:
    """Where the energies are the same, so are nn_dataflow's words and ours, level by level."""
    if found.row.peer != "nn_dataflow" or abs(found.ratio - 1) > SAME:
        return
    charged = {
        (level, tensor): found.question.times * words
        for level, place in PLACES_OF.items()
        for tensor, ours in TENSORS_OF.items()
        if (words := _words(found, place, ours))
    }
    theirs = {
        (level, tensor): words
        for level, by_tensor in found.row.words.items()
        for tensor, words in by_tensor.items()
        if words
    }
    assert charged == pytest.approx(theirs, rel=SAME)


def _words(found: Comparison, place: str, tensors: tuple[str, ...]) -> int:
    return sum(
        words
        for access, words in found.counts.items()
        if access[1] == place and access[0] in tensors and access in found.question.costs
    )
