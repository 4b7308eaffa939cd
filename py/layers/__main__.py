"""``python -m py.layers``: what is in this model, without any platform."""

import argparse
import sys

from py.layers.report import model_csv, model_json, model_table
from py.model_argument import load_model
from py.options import add_model_arguments, choices_of
from py.terminal import FINE, PARTIAL, run


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code (see ``py.terminal``)."""
    parser = argparse.ArgumentParser(
        prog="python -m py.layers", description="List a model's layers: shapes, MACs, parameters."
    )
    add_model_arguments(parser)
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table")
    given = parser.parse_args(arguments)
    model, _ = load_model(given.model, choices_of(given))
    if given.format == "json":
        import json  # a table needs none

        sys.stdout.write(json.dumps(model_json(model), indent=1, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(model_csv(model) if given.format == "csv" else model_table(model))
    return PARTIAL if model.not_modelled else FINE


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
