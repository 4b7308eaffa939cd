"""Where facts are read from: files, commands, clocks. Tests give others."""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from py.measure.machine.tree import Tree

_MOST_OUTPUT = 200_000


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that came to its end: exit code, what it wrote, what it complained."""

    code: int
    output: str
    complaint: str = ""


Run = Callable[[Sequence[str], float], Finished | None]
"""Runs a command for at most so many seconds; None: there is no such command, or it took longer."""


def run_command(arguments: Sequence[str], timeout_s: float) -> Finished | None:
    """Run a command without a shell and without input; its texts are cut at 200,000 characters."""
    try:
        done = subprocess.run(
            list(arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    output, complaint = (
        data[:_MOST_OUTPUT].decode("utf-8", "replace") for data in (done.stdout, done.stderr)
    )
    return Finished(done.returncode, output, complaint)


def has_module(name: str) -> bool:
    """Return whether Python would find a module, without importing it."""
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False


@dataclass(frozen=True, slots=True)
class Host:
    """A machine to look at. ``system`` is Python's name: Linux, Darwin, Windows.

    ``clock_s`` never goes back; ``ticks_per_s`` is the unit of the kernel's processor times.
    ``python`` is the interpreter that the runners are asked with.
    """

    tree: Tree = field(default_factory=Tree)
    system: str = field(default_factory=platform.system)
    architecture: str = field(default_factory=platform.machine)
    python: str = sys.executable
    python_version: str = field(
        default_factory=lambda: f"{platform.python_implementation()} {platform.python_version()}"
    )
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    run: Run = run_command
    has_module: Callable[[str], bool] = has_module
    clock_s: Callable[[], float] = time.monotonic
    sleep_s: Callable[[float], None] = time.sleep
    ticks_per_s: int = 100
    own_id: int = field(default_factory=os.getpid)


def host_at(root: Path) -> Host:
    """Return this machine, its files read below a root."""
    ticks = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
    return Host(tree=Tree(root), ticks_per_s=ticks if ticks > 0 else 100)
