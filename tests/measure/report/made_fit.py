"""A small fit of rows that are made up: what a report says of it can be worked out again."""

import math
import random
from functools import cache

from py.measure.fit.profile_fit import ProfileFit, Source, fit_profile
from py.measure.table.row import Row

NAME = "<script>alert('device')</script> & co"
FILE = "made <b>up</b>.csv"
SOURCE = Source(FILE, "0123456789abcdef" * 4, ("op=fc",))


def rows(count: int = 60, repeats: int = 6, seed: int = 3) -> list[Row]:
    """Return rows of dense layers with times and powers, the first few measured twice.

    The fifth has no power, and one more no runtime.
    """
    generator = random.Random(seed)
    found: list[Row] = []
    for line in range(2, 2 + count):
        sizes = {
            "batch": generator.randint(1, 64),
            "cin": generator.randint(8, 512),
            "cout": generator.randint(8, 512),
        }
        found.append(_measured(sizes, line, generator))
    for line in range(2 + count, 2 + count + repeats):
        again = found[line - 2 - count]
        assert again.batch is not None
        assert again.cin is not None
        assert again.cout is not None
        sizes = {"batch": again.batch, "cin": again.cin, "cout": again.cout}
        found.append(_measured(sizes, line, generator))
    last = 2 + count + repeats
    others = {"device": NAME, "software": "made up", "act": "0"}
    return [*found, Row("fc", 1, 2, cout=3, dtype="fp32", others=others, file=FILE, line=last)]


def _measured(sizes: dict[str, int], line: int, generator: random.Random) -> Row:
    macs = math.prod(sizes.values())
    runtime_s = (2e-5 + 3e-12 * macs) * math.exp(generator.gauss(0, 0.08))
    power_w = None if line == 6 else (40 + 2e4 * runtime_s) * math.exp(generator.gauss(0, 0.05))
    others = {"device": NAME, "software": "made up", "act": str(line % 2)}
    return Row(
        "fc",
        **sizes,
        dtype="fp32",
        runtime_s=runtime_s,
        power_w=power_w,
        others=others,
        file=FILE,
        line=line,
    )


@cache
def made_fit() -> ProfileFit:
    """Return the default form fitted to them."""
    return fit_profile("made-up", rows(), [SOURCE], {})


@cache
def made_neuralpower() -> ProfileFit:
    """Return NeuralPower's form fitted to the first of them."""
    return fit_profile("made-up", rows(40, 0)[:40], [SOURCE], {}, "neuralpower")
