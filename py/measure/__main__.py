"""``python -m py.measure``: profiles from measurements.

``doctor`` says what can be measured here, ``capture`` measures, ``fit`` fits a profile to what was
measured, ``check`` says whether it is fit to publish, and ``predict`` applies one to rows. Without
a step, the first four are taken in turn.
"""

import argparse
import sys

import py.measure.capture.command
import py.measure.check.command
import py.measure.fit.command
import py.measure.fit.predict_command
import py.measure.machine.command
from py.measure import all_steps
from py.terminal import run

#: What adds a step each, in the order of the help.
_STEPS = (
    py.measure.machine.command,
    py.measure.capture.command,
    py.measure.fit.command,
    py.measure.check.command,
    py.measure.fit.predict_command,
)


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code (see ``py.terminal``)."""
    given = _parser().parse_args(arguments)
    code: int = given.do(given)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m py.measure", description=__doc__)
    all_steps.add_to(parser)
    steps = parser.add_subparsers(title="steps", metavar="STEP")
    for step in _STEPS:
        step.add_to(steps)
    return parser


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
