"""Our package is called ``py``, and pytest ships a module of that name: both must work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROBE = """
import py
import pytest

def test_engine_and_pytest_are_both_there(tmpdir):
    from py.errors import JoulegraphError
    assert JoulegraphError("a", "b", "c").code == "a"
    assert isinstance(tmpdir, py.path.local)
    with pytest.raises(AttributeError):
        py.nothing_of_this_name
"""


@pytest.mark.parametrize(
    "command",
    [
        [str(Path(sys.executable).with_name("pytest"))],
        [sys.executable, "-m", "pytest"],
        [sys.executable, "-m", "pytest", "--numprocesses=1"],
    ],
    ids=["pytest", "python -m pytest", "xdist"],
)
@pytest.mark.parametrize("folder", [".", "tests"])
def test_both_ways_of_starting(command: list[str], folder: str, root: Path) -> None:
    # The probe lies in tests/, where conftest.py is read, under a name that no other run collects.
    probe = root / "tests" / f"probe_{os.getpid()}.py"
    probe.write_text(PROBE)
    try:
        done = subprocess.run(
            [*command, "-q", "-p", "no:cacheprovider", str(probe)],
            cwd=root / folder,
            capture_output=True,
            text=True,
            timeout=120,
        )
    finally:
        probe.unlink()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
