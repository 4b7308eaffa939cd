"""What ZigZag is asked: the layers of the references, and their machine."""

import math

import pytest

from tests.benchmarks.zigzag_benchmark import SHARED, Answer, rows_asked, summary
from tests.benchmarks.zigzag_driver import accelerator, in_a_child, workload
from tests.peers import zigzag

needs_references = pytest.mark.skipif(
    not (SHARED / "references" / "mapper_peers.json").is_file(),
    reason="the peers' results are beside the repository",
)


@needs_references
def test_the_ten_layers_are_those_that_all_peers_have() -> None:
    rows = rows_asked([])
    assert len({row.layer for row in rows}) == len(rows) == 10
    assert {row.peer for row in rows} == {"zigzag-dse"}
    assert {row.shape["N"] for row in rows} == {1}
    assert len(rows_asked(["all"])) == 16
    assert [row.number for row in rows_asked(["140", "134"])] == [134, 140]


@needs_references
def test_both_are_asked_for_the_same_layer_on_the_same_machine() -> None:
    for row in rows_asked(["all"]):
        (layer,) = workload(dict(row.shape))
        assert math.prod(layer["loop_sizes"]) == row.macs
        (question,) = zigzag.questions(row)
        assert question.problem.macs * question.times == row.macs
        memories = accelerator(row.config)["memories"]
        assert list(memories) == ["rf_I", "rf_W", "rf_O", "glb", "dram"]
        _, buffer, registers = question.machine.memories
        assert memories["glb"]["size"] == buffer.bits
        sizes = tuple(memories[f"rf_{operand}"]["size"] for operand in "WIO")
        assert sizes == registers.bits_of


def test_a_child_leaves_nothing_behind() -> None:
    seen: list[int] = []
    assert in_a_child(lambda: seen.append(1) or [2, 3]) == [2, 3]  # type: ignore[func-returns-value]
    assert seen == []


def test_the_summary_tells_what_is_higher() -> None:
    found = [(Answer(100, 4, 6), Answer(99, 0.01, 1)), (Answer(100, 1, 6), Answer(101, 0.1, 1))]
    text = summary(found)
    assert "5.00 s, ours 0.110 s, 45 times faster in all (10 to 400" in text
    assert "reached by 1" in text
    assert text.endswith("0.9900 to 1.0100, higher in 1")
