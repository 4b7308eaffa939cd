"""``--simulate``: a model run on real inputs, and each result beside what its values come to.

The simulator is native: it needs numpy, onnx and onnxruntime, and is imported when it is asked for.
"""

import argparse
import os.path
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from py.breakdown import Result
from py.errors import JoulegraphError
from py.layers import Choices, Density, Model
from py.model_argument import ProgressLine, load_model
from py.terminal import write_output

_PACKAGES = ("numpy", "onnx", "onnxruntime")


class Written(Protocol):
    """A result's forms with what was simulated; each takes what the result itself has."""

    def json(self, document: dict[str, Any]) -> dict[str, Any]: ...

    def csv(self, text: str) -> str: ...

    def text(self, width: int, *, every: bool = False) -> str: ...


class Session(Protocol):
    """A model's file and what it is run on; see ``py/simulate/session.py``."""

    def read(self, load: Callable[[Choices], Model], choices: Choices) -> tuple[Model, Choices]: ...

    def density(self) -> Density: ...

    def density_text(self) -> str: ...

    def beside(self, result: Result) -> Written: ...


def add_simulation_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is run, and where the zeros that are counted in it go."""
    parser.add_argument(
        "--simulate",
        metavar="INPUTS.npz|generated[:N]",
        help="run the model in onnxruntime on these arrays, by the names of its inputs (or on N "
        "random images), and count what its values move and multiply",
    )
    parser.add_argument(
        "--density-output",
        metavar="FILE",
        help="with --simulate, write the zero fractions that were counted, for --density",
    )


class Simulator:
    """What ``--simulate`` asks for, from the options to each result.

    Raises:
        JoulegraphError: ``bad-option``, ``simulate-model``, ``simulate-packages``.
    """

    def __init__(self, given: argparse.Namespace) -> None:
        if given.density:
            raise JoulegraphError(
                "bad-option",
                "--simulate counts the zeros itself, in weights and in what the model computes.",
                "Leave --density out.",
            )
        for option in ("zeros", "active", "exit", "train"):
            if getattr(given, option, None):
                raise JoulegraphError(
                    "bad-option",
                    "--simulate counts what all layers do in an inference with the values that "
                    f"they have: --{option} changes that.",
                    f"Leave --{option} out.",
                )
        if given.model == "-" or not os.path.isfile(given.model):
            raise JoulegraphError(
                "simulate-model",
                "--simulate runs the model, so it needs the path of an ONNX file.",
                "Give the model's file; a link holds layers alone, and standard input has no path.",
            )
        self._model = given.model
        self._output = given.density_output
        self._line = ProgressLine()
        self._session = _session(Path(given.model), given.simulate, self._line.show)

    def read(self, choices: Choices) -> tuple[Model, Choices, Density]:
        """Return the model at the sizes of its inputs, the choices for that, and its zeros.

        Raises:
            JoulegraphError: what reading and running the model raise.
        """
        with self._line:
            model, choices = self._session.read(self._load, choices)
            density = self._session.density()
        if self._output is not None:
            write_output(self._session.density_text(), self._output, "--density-output")
        return model, choices, density

    def beside(self, result: Result) -> Written:
        """Return a result's forms with what was simulated.

        Raises:
            JoulegraphError: ``simulate-nothing``, ``simulate-platform``.
        """
        with self._line:
            return self._session.beside(result)

    def _load(self, choices: Choices) -> Model:
        model, _ = load_model(self._model, choices)
        if model.source != "onnx":
            raise JoulegraphError(
                "simulate-model",
                "--simulate runs the model, and a table of layers has none.",
                "Give the model's ONNX file.",
            )
        return model


def simulator_of(given: argparse.Namespace) -> Simulator | None:
    """Return what --simulate asks for, None where it is not given.

    Raises:
        JoulegraphError: as ``Simulator`` does.
    """
    if given.simulate is not None:
        return Simulator(given)
    if given.density_output is not None:
        raise JoulegraphError(
            "bad-option",
            "--density-output writes what --simulate counts.",
            "Give --simulate too, or leave it out.",
        )
    return None


def note_link() -> None:
    """Say what a link does not carry."""
    sys.stderr.write(
        "note: a link carries the zero fractions that were counted, not the simulated figures.\n"
    )


def _session(path: Path, given: str, told: Callable[[str], None]) -> Session:
    try:
        room = import_module("py.simulate.session")
    except ImportError as error:
        missing = (error.name or "").split(".")[0]
        if missing not in _PACKAGES:
            raise
        raise JoulegraphError(
            "simulate-packages",
            f"--simulate needs {', '.join(_PACKAGES[:-1])} and {_PACKAGES[-1]}, and {missing} is "
            "not installed.",
            f"Install them: pip install {' '.join(_PACKAGES)}.",
        ) from None
    session: Session = room.Session(path, given, told)
    return session
