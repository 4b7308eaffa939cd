"""Print the tables: python -m tests.papers [PART ...]; --help lists the parts.

A figure that is outside its tolerance says so, with the reason.
"""

import argparse
import sys
from collections.abc import Callable

from tests.papers import dataflows, isca16, neuralpower, yang2017
from tests.papers.chip_lines import ALEXNET, VGG16, by_our_mapper, counts, power
from tests.papers.line import text_of
from tests.papers.power import chip_fit, fitted_text

PARTS: dict[str, tuple[str, Callable[[], str]]] = {
    "alexnet": ("AlexNet on the Eyeriss chip", lambda: text_of(counts(ALEXNET))),
    "vgg": ("VGG-16 on the Eyeriss chip", lambda: text_of(counts(VGG16))),
    "mapper": ("VGG-16 as our mapper has it", lambda: text_of(by_our_mapper())),
    "power": (
        "Power of the Eyeriss chip",
        lambda: f"{fitted_text(chip_fit())}\n\n{text_of(power())}",
    ),
    "isca16": ("The ISCA 2016 study", lambda: text_of(isca16.lines())),
    "dataflows": (
        "Row stationary beside other dataflows",
        lambda: f"{dataflows.table()}\n\n{text_of(dataflows.lines())}",
    ),
    "neuralpower": ("NeuralPower's tables", lambda: text_of(neuralpower.lines())),
    "yang17": ("Yang et al. 2017", lambda: text_of(yang2017.lines())),
}


def main() -> None:
    """Print the parts asked for; all if none is."""
    parser = argparse.ArgumentParser(prog="python -m tests.papers", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    asked = parser.parse_args().parts or list(PARTS)
    for part in asked:
        if part not in PARTS:
            parser.error(f"no part is called {part!r}; there are: {', '.join(PARTS)}")
        title, made = PARTS[part]
        sys.stdout.write(f"{title}\n\n{made()}\n\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
