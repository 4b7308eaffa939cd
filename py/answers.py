"""From what a terminal program was given to results: a model on each platform asked for."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any, NamedTuple, Protocol

from py.breakdown import (
    Options,
    Result,
    changes,
    open_state,
    options_on,
    platform_for,
    price,
    state_of,
)
from py.breakdown.opened import platform_of
from py.calibration_option import NONE, calibration_of, networks_of
from py.columns import printable
from py.errors import JoulegraphError
from py.layers import Choices, Density, Layer, Model
from py.model_argument import ProgressLine, load_model
from py.options import choices_of, whole
from py.platforms import Platform
from py.platforms.load import DEFAULT_PLATFORM, is_platform_id, read_platform_file
from py.pricing_options import bits_of, capacities_of, density_of, zeros_of
from py.simulation_option import Simulator, Written, simulator_of
from py.what_if_options import with_what_if


class Load(Protocol):
    """Reads a model as ``py.model_argument.load_model`` does."""

    def __call__(
        self, argument: str, choices: Choices, /, *, count_weights: bool = False
    ) -> tuple[Model, dict[str, Any] | None]: ...


class Beside(Protocol):
    """What is told beside a result."""

    def json(self, document: dict[str, Any], /) -> dict[str, Any]:
        """Return a result's document with it."""
        ...

    def text(self, width: int, *, every: bool = False) -> str: ...


class Answer(NamedTuple):
    """A result with what it was made of.

    ``model`` is as it was read, so that ``price(model, platform_for(file, options), options)`` is
    the result again. ``file`` is the platform's, ``own`` whether the user brought it; ``simulated``
    and ``scenarios`` are there where they were asked for.
    """

    result: Result
    model: Model
    options: Options
    file: dict[str, Any]
    own: bool
    simulated: Written | None
    scenarios: Beside | None = None

    @property
    def own_file(self) -> dict[str, Any] | None:
        """The platform's file if it is the user's own."""
        return self.file if self.own else None


class Opened(NamedTuple):
    """A model that was read, and how it is to be priced; with the ``state`` of a link it is from.

    ``asked`` is what was asked for without what the link says.
    """

    model: Model
    state: dict[str, Any] | None
    asked: Options
    options: Options

    def options_on(self, file: dict[str, Any]) -> Options:
        """Return the options as they hold on a platform: a link is of one of them."""
        return self.options if self.state is None else options_on(file, self.asked, self.options)


def answers_of(given: argparse.Namespace) -> list[Answer]:
    """Return a result for each platform.

    ``given`` has the arguments of ``add_model_arguments``, ``add_pricing_arguments`` and
    ``add_simulation_arguments``. What has changed since a link was made is told on standard error.

    Raises:
        JoulegraphError: for whatever can't be read or priced.
    """
    simulator = simulator_of(given)
    networks = networks_of(given.calibrate)
    opened = opened_of(given, simulator)
    answers: list[Answer] = []
    for file, own in _platforms(given.platform, opened.state):
        here = opened.options_on(file)
        if networks is not None:
            calibration = calibration_of(networks, opened.model, platform_for(file, here))
            here = replace(here, calibration=calibration)
        elif given.calibrate == NONE:
            here = replace(here, calibration=None)
        platform = platform_for(file, here)
        result = _priced(opened.model, platform, here, alone=simulator is not None)
        simulated = None if simulator is None else simulator.beside(result)
        answers.append(Answer(result, opened.model, here, file, own, simulated))
        if opened.state is not None and not given.platform:
            for note in changes(opened.state, state_of(result)):
                sys.stderr.write(f"warning: {printable(note.text)}\n")
    return answers


def opened_of(
    given: argparse.Namespace, simulator: Simulator | None = None, load: Load = load_model
) -> Opened:
    """Return the model of the arguments that ``answers_of`` takes, read, and how it is priced.

    ``load`` may be one that remembers what it has read.

    Raises:
        JoulegraphError: for whatever can't be read.
    """
    batch = None if given.batch is None else whole(given.batch, "--batch", most=1 << 20)
    zeros, count_weights = zeros_of(given.density)
    options = Options(
        choices_of(given, batch),
        bits_of(given.bits),
        None if simulator or (count_weights and zeros is None) else density_of(zeros, given.model),
        given.dataflow,
        capacities_of(given.capacity),
        given.fuse,
        given.objective,
    )
    options = with_what_if(options, given)
    model, state, options = _loaded(
        load, given.model, options, simulator, count_weights=count_weights
    )
    if state is None:
        return Opened(model, None, options, options)
    model, linked = open_state(state, options, keep_zeros=zeros != NONE)
    return Opened(model, state, options, linked)


def _priced(model: Model, platform: Platform, options: Options, *, alone: bool) -> Result:
    """Return the result, the layers mapped on all cores unless ``alone``, with a line meanwhile."""
    with ProgressLine() as line:

        def told(done: int, total: int) -> None:
            line.show(f"layer {done} of {total} on {printable(platform.name)}")

        def ahead(on: Platform, layers: Sequence[Layer]) -> None:
            import_module("py.native.ahead").map_ahead(on, layers, told)

        return price(model, platform, options, told, None if alone else ahead)


def _loaded(
    load: Load, argument: str, options: Options, simulator: Simulator | None, *, count_weights: bool
) -> tuple[Model, dict[str, Any] | None, Options]:
    """Return the model, a link's state if it is one, and the options with the zeros counted."""
    if simulator is not None:
        model, choices, density = simulator.read(options.choices)
        return model, None, replace(options, choices=choices, density=density)
    model, state = load(argument, options.choices, count_weights=count_weights)
    return model, state, replace(options, density=Density.of(options.density, model.counted))


def _platforms(
    names: list[str] | None, state: dict[str, Any] | None
) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield a file, and whether it is the user's own: as asked, as linked, or the default."""
    linked, file = (None, None) if state is None else platform_of(state)
    if names is None and file is not None:
        yield file, True
        return
    for name in names or [linked or DEFAULT_PLATFORM]:
        if names is None and not is_platform_id(name):
            raise JoulegraphError(
                "platform-unknown",
                f"The link's platform is called {printable(name[:60])!r}, which is no id.",
                "Give --platform.",
            )
        yield read_platform_file(name), name.endswith(".json")
