"""What is swept: models, platforms and a grid of options, from arguments or a TOML file.

``axes`` are what can be varied, ``grid`` the values of each, ``models`` finds files, ``sweep`` is
the whole; ``arguments`` and ``toml_file`` read it.
"""

from py.sweep.asked.grid import Grid, Point
from py.sweep.asked.sweep import Sweep

__all__ = ["Grid", "Point", "Sweep"]
