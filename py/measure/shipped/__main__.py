"""``python -m py.measure.shipped TABLES [ID…]``: fit the shipped profiles to their tables anew."""

import argparse
import sys
from pathlib import Path

from py.measure.fit.profile_fit import written
from py.measure.report import write_report
from py.measure.shipped.recipe import fitted, recipes
from py.platforms.load import PUBLIC
from py.terminal import FINE, run, write_output


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code (see ``py.terminal``)."""
    parser = argparse.ArgumentParser(prog="python -m py.measure.shipped", description=__doc__)
    parser.add_argument("tables", type=Path, help="the folder that has the tables")
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these profiles")
    parser.add_argument("--output", type=Path, default=PUBLIC / "profiles", metavar="FOLDER")
    parser.add_argument("--report", type=Path, metavar="FOLDER", help="write reports there")
    given = parser.parse_args(arguments)
    for recipe in recipes():
        if given.ids and recipe.id not in given.ids:
            continue
        sys.stderr.write(f"{recipe.id}\n")
        found = fitted(recipe, given.tables, _progress)
        write_output(written(found.json), str(given.output / f"{recipe.id}.json"))
        if given.report is not None:
            write_report(found, given.report / recipe.id, _progress)
    return FINE


def _progress(text: str) -> None:
    sys.stderr.write(f"  {text}\n")


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
