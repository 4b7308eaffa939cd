"""Print what profiles say of whole networks: python -m tests.networks [PROFILE.json ...].

Without files, the shipped profiles of the devices that networks were measured on are taken.
"""

import sys

from tests.networks.measured import TABLE, profiles
from tests.networks.table import text


def main(names: list[str]) -> int:
    """Print the tables; returns 1 where the measurements are not here."""
    if not TABLE.is_file():
        sys.stderr.write(f"no measured networks here: {TABLE.name} is not beside the repository\n")
        return 1
    sys.stdout.write(text(profiles(names)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
