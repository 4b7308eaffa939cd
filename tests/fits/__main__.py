"""Print how the fits of published tables do: python -m tests.fits [ID…] [--refit].

Errors are those that the shipped profiles state; with --refit, those of fits made anew to the
tables in ../shared/data, and whether these are the shipped profiles to the byte (all of them take
many minutes).
"""

import argparse
import sys

from tests.fits.table import Line, chosen, lines_of, refitted_text, shipped_text, table


def main() -> int:
    """Print the table; returns 1 where a fit made anew differs from what ships."""
    parser = argparse.ArgumentParser(prog="python -m tests.fits", description=__doc__)
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these profiles")
    parser.add_argument("--refit", action="store_true", help="fit them anew first")
    given = parser.parse_args()
    lines: list[Line] = []
    differ: list[str] = []
    for recipe in chosen(given.ids):
        text = shipped_text(recipe)
        if given.refit:
            sys.stderr.write(f"fitting {recipe.id}\n")
            anew = refitted_text(recipe)
            if anew != text:
                differ.append(recipe.id)
            text = anew
        lines += lines_of(text)
    print(table(lines))
    if given.refit:
        print(f"\nnot the shipped bytes: {', '.join(differ) or 'none'}")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
