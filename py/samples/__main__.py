"""python -m py.samples: write public/models again from the declarations."""

import argparse
from pathlib import Path

from py.samples.write import FOLDER, REFERENCE, write_samples


def main() -> None:
    """Write the samples; say what was written and how large it is."""
    parser = argparse.ArgumentParser(prog="python -m py.samples", description=__doc__)
    parser.add_argument("--output", type=Path, default=FOLDER, help="folder to write into")
    parser.add_argument(
        "--reference",
        type=Path,
        default=REFERENCE if REFERENCE.exists() else None,
        help="JSON of published zero fractions; without it the density files stay as they are",
    )
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    for path in write_samples(options.output, options.reference):
        print(f"{path.stat().st_size:>7} bytes  {path.name}")


if __name__ == "__main__":
    main()
