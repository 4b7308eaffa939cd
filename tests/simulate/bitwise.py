"""Codings written out bit by bit, as strings of 0 and 1: an oracle that looks at every word."""

from collections.abc import Sequence


def significance_map(values: Sequence[int], width: int) -> str:
    """A 0 for each zero; a 1 and the word for any other."""
    return "".join("1" + format(value, f"0{width}b") if value else "0" for value in values)


def from_significance_map(bits: str, width: int) -> list[int]:
    values = []
    while bits:
        if bits[0] == "0":
            values.append(0)
            bits = bits[1:]
        else:
            values.append(int(bits[1 : 1 + width], 2))
            bits = bits[1 + width :]
    return values


def run_length(values: Sequence[int], run: int = 5, level: int = 16, packed: int = 3) -> str:
    """Runs of five bits, levels of sixteen, three pairs and a flag to 64 bits: the Eyeriss chip."""
    pairs: list[str] = []
    zeros = 0
    for value in values:
        if value == 0 and zeros < 2**run - 1:
            zeros += 1
            continue
        pairs.append(format(zeros, f"0{run}b") + format(value, f"0{level}b"))
        zeros = 0
    if zeros:  # what is left at the end: all but one as the run, the last as the level
        pairs.append(format(zeros - 1, f"0{run}b") + "0" * level)
    bits = ""
    while pairs:
        word, pairs = pairs[:packed], pairs[packed:]
        bits += "".join(word).ljust(packed * (run + level), "0") + ("0" if pairs else "1")
    return bits


def from_run_length(bits: str, length: int) -> list[int]:
    values: list[int] = []
    while True:
        word, bits = bits[:64], bits[64:]
        assert len(word) == 64
        for at in (0, 21, 42):
            values += [0] * int(word[at : at + 5], 2)
            values.append(int(word[at + 5 : at + 21], 2))
        if word[63] == "1":
            assert not bits
            assert not any(values[length:])
            return values[:length]
