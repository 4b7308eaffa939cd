"""``python -m py.layers``: what is in this model, without any platform."""

import argparse
import sys

from py.columns import written_for
from py.layers.report import model_csv, model_json, model_table
from py.layers.report.table import WIDTH
from py.model_argument import load_model
from py.options import add_model_arguments, add_table_arguments, choices_of, depth_of
from py.terminal import FINE, PARTIAL, run, text_width


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code (see ``py.terminal``)."""
    parser = argparse.ArgumentParser(
        prog="python -m py.layers", description="List a model's layers: shapes, MACs, parameters."
    )
    add_model_arguments(parser)
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table")
    add_table_arguments(parser)
    given = parser.parse_args(arguments)
    depth = depth_of(given)
    model, _ = load_model(given.model, choices_of(given))
    if given.format == "json":
        import json  # a table needs none

        sys.stdout.write(json.dumps(model_json(model), indent=1, ensure_ascii=False) + "\n")
    elif given.format == "csv":
        sys.stdout.write(model_csv(model))
    else:
        table = model_table(model, width=text_width(WIDTH), depth=depth, every=given.all)
        sys.stdout.write(written_for(table, sys.stdout.encoding))
    return PARTIAL if model.not_modelled or model.macs is None else FINE


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
