"""``python -m py.measure``: profiles from measurements.

``fit`` fits a profile to tables of measured layers, ``predict`` applies one to rows.
"""

import argparse
import importlib.util
import sys

from py.terminal import run

#: The modules whose ``add_to`` adds a step, in the order of the help.
_STEPS = (
    *("machine.command", "capture.command", "fit.command", "fit.predict_command"),
    "check.command",
)


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code (see ``py.terminal``)."""
    given = _parser().parse_args(arguments)
    code: int = given.do(given)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m py.measure", description=__doc__)
    steps = parser.add_subparsers(title="steps", required=True, metavar="STEP")
    for name in _STEPS:
        module = f"py.measure.{name}"
        if importlib.util.find_spec(module) is not None:
            importlib.import_module(module).add_to(steps)
    return parser


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
