"""The steps of ``python -m py.measure``: each room has a ``command.py`` that adds its own.

A command's module has ``add_to(steps)``, which adds a parser whose default ``do`` is a function
from the parsed arguments to an exit code. It imports what it needs when it runs, not before: a
machine with torch alone has no scikit-learn, and needs none to measure.
"""

import argparse
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # the class is private, and generic for the type checker only
    Steps: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
else:
    Steps = object
