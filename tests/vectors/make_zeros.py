"""Writes zeros.json: blocks of bytes and what is to be counted in them, element by element.

Both languages count them: Python with the standard library and with numpy, the page in typed
arrays. Run by hand: python -m tests.vectors.make_zeros
"""

import json
import random
from pathlib import Path
from typing import Any

from py.graph.weights import Zero, zero_of
from tests.graph.wire_bytes import number

TYPES = {
    "uint2": 2, "int4": 4, "float4_e2m1fn": 4, "bool": 8, "int8": 8, "uint8": 8,
    "float8_e4m3fn": 8, "float8_e5m2fnuz": 8, "int16": 16, "float16": 16, "bfloat16": 16,
    "int32": 32, "float32": 32, "int64": 64, "float64": 64, "complex64": 64, "complex128": 128,
}  # fmt: skip


def elements_of(bits: int, count: int, randomly: random.Random) -> list[int]:
    highest = (1 << bits) - 1
    few = [0, 0, 0, 1, 2, 3, highest, 1 << (bits - 1), (1 << (bits - 1)) + 1, highest >> 1]
    return [randomly.choice(few) & highest for _ in range(count)]


def vector(dtype: str, zero: Zero, *, varints: bool, randomly: random.Random) -> dict[str, Any]:
    """Return one block with the answer; a varint block ends in the middle of one."""
    bits = TYPES[dtype]
    elements = elements_of(bits, randomly.randint(1, 40), randomly)
    first = randomly.randint(0, 30)
    joined = 0
    for index, element in enumerate(elements):
        joined |= element << index * bits
    data = joined.to_bytes((len(elements) * bits + 7) // 8, "little")
    if varints:
        data = b"".join(number(n) for n in (data if bits < 8 else elements))
    end = len(data)
    if varints and randomly.random() < 0.5:
        data += b"\x80" * randomly.randint(1, 4)
    zeros = 0
    for index, element in enumerate(elements):
        pattern = zero.patterns[(first + index) // zero.inner % len(zero.patterns)]
        zeros += element & zero.mask == pattern
    start = randomly.randint(0, 5000)
    block = {
        "path": dtype,
        "start": start,
        "end": start + len(data),
        "varints": varints,
        "bits": bits,
        "masks": [zero.mask >> at & 0xFFFF_FFFF for at in range(0, bits, 32)],
        "patterns": list(zero.patterns),
        "inner": zero.inner,
        "first": first,
        "elements": len(elements),
    }
    return {"block": block, "bytes": data.hex(), "tally": [zeros, len(elements), start + end]}


def main() -> None:
    randomly = random.Random(20)
    vectors = []
    for dtype, bits in TYPES.items():
        highest = (1 << bits) - 1
        zeros = [zero_of(dtype)]
        if dtype in ("uint2", "int4", "int8", "uint8", "int16", "int32"):
            zeros += [
                zero_of(dtype, (3,)),
                zero_of(dtype, (0, 1, highest), 1),
                zero_of(dtype, (2, 1, 0, 3, 1), 4),
            ]
        for zero in zeros:
            assert zero is not None
            for varints in (False, True):
                if not varints or bits <= 64:
                    vectors += [
                        vector(dtype, zero, varints=varints, randomly=randomly) for _ in range(4)
                    ]
    path = Path(__file__).with_name("zeros.json")
    path.write_text("[\n" + ",\n".join(json.dumps(entry) for entry in vectors) + "\n]\n")


if __name__ == "__main__":
    main()
