"""``python -m py.layers``: what is in this model, without any platform."""

import argparse
import sys

from py.columns import written_for
from py.layers.report import model_csv, model_json, model_table
from py.layers.report.table import WIDTH
from py.model_argument import load_model
from py.options import add_model_arguments, choices_of, whole
from py.terminal import FINE, PARTIAL, run

_NARROWEST, _WIDEST = 60, 200


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code (see ``py.terminal``)."""
    parser = argparse.ArgumentParser(
        prog="python -m py.layers", description="List a model's layers: shapes, MACs, parameters."
    )
    add_model_arguments(parser)
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table")
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument(
        "--depth",
        metavar="N",
        help="in the table, how many levels of blocks to open (default: as many as read well)",
    )
    shown.add_argument(
        "--all", action="store_true", help="in the table, every layer, those that are alike too"
    )
    given = parser.parse_args(arguments)
    depth = None if given.depth is None else whole(given.depth, "--depth", most=1000)
    model, _ = load_model(given.model, choices_of(given))
    if given.format == "json":
        import json  # a table needs none

        sys.stdout.write(json.dumps(model_json(model), indent=1, ensure_ascii=False) + "\n")
    elif given.format == "csv":
        sys.stdout.write(model_csv(model))
    else:
        table = model_table(model, width=_width(), depth=depth, every=given.all)
        sys.stdout.write(written_for(table, sys.stdout.encoding))
    return PARTIAL if model.not_modelled or model.macs is None else FINE


def _width() -> int:
    """Return how many columns a terminal has; a file or a pipe gets the same number always."""
    if not sys.stdout.isatty():
        return WIDTH
    from shutil import get_terminal_size  # what is piped needs none

    return max(_NARROWEST, min(_WIDEST, get_terminal_size((WIDTH, 24)).columns))


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
