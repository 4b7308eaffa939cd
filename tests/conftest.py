"""Lets every test import the engine, whichever way pytest was started.

pytest ships a module ``py.py`` and may have imported it before it reads this file. Our package has
the same name, so a ``py`` that is not a package makes way for ours, found first in the repository.
"""

import signal
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# Machines are noisy: a test that takes long is slow, not wrong.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parents[1]

if str(ROOT) not in sys.path[:1]:
    sys.path.insert(0, str(ROOT))
if not hasattr(sys.modules.get("py", sys), "__path__"):
    sys.modules.pop("py", None)

# Started in the background (nohup, a shell without job control) signals come ignored, and what the
# tests start would inherit that: nothing could be interrupted.
for name in ("SIGINT", "SIGHUP"):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) == signal.SIG_IGN:
        usual = signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
        signal.signal(number, usual)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of papers, models and measurements that lies beside the repository."""
    folder = ROOT.parent / "shared"
    if not (folder / "corpus").is_dir():
        pytest.skip("no folder ../shared with the corpus here")
    return folder
