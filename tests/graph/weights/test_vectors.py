"""The blocks that Python and the page both count, and how a block goes out to be counted."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from py.graph.weights import Block, CountedOutside, Tally, Zero, given_along
from tests.graph.weights.files_in_memory import ARITHMETICS, nowhere
from tests.vectors import make_zeros

PATH = Path(make_zeros.__file__).with_name("zeros.json")
VECTORS: list[dict[str, Any]] = json.loads(PATH.read_text())


def zero_in(block: dict[str, Any]) -> Zero:
    mask = 0
    for place, word in enumerate(block["masks"]):
        mask |= word << 32 * place
    return Zero(block["bits"], mask, tuple(block["patterns"]), block["inner"])


@pytest.mark.parametrize("name", ARITHMETICS)
def test_python_counts_what_the_vectors_say(name: str) -> None:
    arithmetic = ARITHMETICS[name]
    for vector in VECTORS:
        block, (zeros, elements, end) = vector["block"], vector["tally"]
        data, zero = bytes.fromhex(vector["bytes"]), zero_in(block)
        if block["varints"]:
            found = arithmetic.varints(data, zero, block["first"], block["elements"])
            assert found == (zeros, elements, end - block["start"]), vector
        else:
            assert arithmetic.packed(data, zero, block["first"], block["elements"]) == zeros, vector


def test_the_vectors_are_those_of_their_maker(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(Path, "write_text", lambda path, text: written.append(text))
    make_zeros.main()
    assert written == [PATH.read_text()]


def test_a_block_goes_out_as_the_vectors_have_it() -> None:
    asked: list[dict[str, Any]] = []

    def count(text: str) -> str:
        asked.append(json.loads(text))
        return "[3, 40, 5160]"

    files = CountedOutside(
        io.BytesIO(b""), Path("/upload/m.onnx"), given_along({"w": Path("/upload/w")}), count
    )
    mask = (1 << 127) - 1 & ~(1 << 63)
    block = Block("in/w", 5000, 5640, False, Zero(128, mask), 0, 40)
    assert files.count(block) == Tally(3, 40, 5160)
    assert asked == [
        {
            "path": "/upload/w",
            "start": 5000,
            "end": 5640,
            "varints": False,
            "bits": 128,
            "masks": [0xFFFF_FFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x7FFF_FFFF],
            "patterns": [0],
            "inner": 1,
            "first": 0,
            "elements": 40,
        }
    ]
    assert asked[0].keys() == VECTORS[0]["block"].keys()


def test_a_block_that_could_not_be_read_outside_is_cut_off() -> None:
    files = CountedOutside(io.BytesIO(b""), Path("m"), nowhere, lambda text: "null")
    assert files.count(Block("", 7, 11, False, Zero(8, 255), 0, 4)) == Tally(0, 0, 7)
