"""A request of the page as it is worked on: its model, its options, its platform, its result."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from py.breakdown import Options, Result, open_state, options_on, platform_for, price
from py.errors import JoulegraphError
from py.graph import Graph
from py.graph.weights import Count, CountedOutside, OpenFiles, given_along
from py.layers import Choices, Density, Layer, Model, known_models, read_model
from py.layers.counted_zeros import CountedZeros
from py.layers.weight_zeros import count_weights as count_zeros_of
from py.page_options import bad_request, object_in, options_of
from py.platforms import Platform

Progress = Callable[[str, float | None], None]


class Asked:
    """What the page asks about one model on one platform.

    Made from the request's ``source``, ``platform``, ``options`` and ``mappings``; the model is
    opened when it is first needed. Raises ``JoulegraphError`` for what can't be read or priced.
    """

    def __init__(
        self, request: dict[str, Any], progress: Progress | None = None, count: Count | None = None
    ) -> None:
        self.request = request
        self.source = object_in(request, "source")
        self.given = object_in(request, "options", optional=True)
        self.options = options_of(self.given)
        self.progress = progress
        self._count = count
        self.as_read = True
        """Whether all of the model was read, and nothing of it is as it was known before."""

    @cached_property
    def platform_file(self) -> dict[str, Any]:
        return object_in(self.request, "platform")

    @cached_property
    def state(self) -> dict[str, Any] | None:
        """The link's content where the source is one."""
        return object_in(self.source, "state") if self.source.get("kind") == "state" else None

    @cached_property
    def held(self) -> bool:
        """Whether layers run by the mappings last found for them."""
        mappings = self.request.get("mappings")
        if mappings not in (None, "held"):
            raise bad_request("mappings", "'held', or left out", mappings)
        return mappings is not None

    @cached_property
    def opened(self) -> tuple[Model, Options, Platform]:
        """The model, the options with what a link says, and the platform made with them."""
        file, options = self.platform_file, self.options
        platform = platform_for(file, options, held=self.held)  # refused before the model is read
        if self.state is not None:
            keep_zeros = self.given.get("density") is not False
            model, linked = open_state(self.state, options, keep_zeros=keep_zeros)
            options = options_on(file, options, linked)
            return model, options, platform_for(file, options, held=self.held)
        model = self._from_file(
            count_weights=self.given.get("weights") is True, again=not self.held
        )
        return model, replace(options, density=Density.of(options.density, model.counted)), platform

    def with_batch(self, batch: int) -> "Asked":
        """Return the same question at another batch."""
        options = {**self.given, "batch": batch}
        return Asked({**self.request, "options": options}, self.progress, self._count)

    def read_again(self, choices: Choices) -> Model:
        """Return the file's model with other choices; its weights are not counted again."""
        path, name = self._place()
        try:
            with Path(path).open("rb") as file:
                return read_model(file, name, choices)
        except OSError as error:
            raise _unreadable(name, error) from None

    def priced(self) -> Result:
        """Return what the model costs, telling how far it is."""
        said = -1

        def step(done: int, count: int) -> None:
            nonlocal said
            percent = 100 * done // count
            if self.progress is not None and percent > said:  # each is a message to the page
                said = percent
                self.progress("map", done / count)

        model, options, platform = self.opened
        return price(model, platform, options, step)

    def count_weights(self) -> None:
        """Ask for all zeros that there are to count, so that they can be counted ahead."""
        self._from_file(count_weights=True)

    def _from_file(self, *, count_weights: bool, again: bool = True) -> Model:
        """Return the model, read ``again`` or as it is known."""
        source, options, progress = self.source, self.options, self.progress
        path, name = self._place()

        def stage(text: str) -> None:
            if progress is not None:
                progress(text, None)

        def counted(done: int, total: int) -> None:
            if progress is not None:
                progress("weights", done / max(1, total))

        try:
            with Path(path).open("rb") as file:
                mark = known_models.mark_of(file, path, name, options.choices, count_weights)
                same = None if again else known_models.known(mark, options.choices)
                if same is not None:
                    model, self.as_read = same
                    return model
                if not count_weights:
                    model = read_model(file, name, options.choices, stage)
                    known_models.remember(mark, options.choices, model)
                    return model
                with _files(file, source, self._count) as files:

                    def zeros(graph: Graph, layers: tuple[Layer, ...]) -> CountedZeros:
                        return count_zeros_of(graph, layers, files, counted)

                    model = read_model(file, name, options.choices, stage, zeros)
                    known_models.remember(mark, options.choices, model)
                    return model
        except OSError as error:
            raise _unreadable(name, error) from None

    def _place(self) -> tuple[str, str]:
        """Return the path of the file and its name."""
        path, name = self.source.get("path"), self.source.get("name")
        if not isinstance(path, str) or not isinstance(name, str):
            raise bad_request("source", "a path and a name", self.source)
        return path, name


def _unreadable(name: str, error: OSError) -> JoulegraphError:
    return JoulegraphError(
        "unreadable", f"{name} can't be read: {error.strerror}.", "Choose the file again."
    )


def _files(model: BinaryIO, source: dict[str, Any], count: Count | None) -> OpenFiles:
    """Return the model's file with those that were given along."""
    along = object_in(source, "along", optional=True)
    find = given_along({name: Path(str(path)) for name, path in along.items()})
    if count is None:
        return OpenFiles(model, find)
    return CountedOutside(model, Path(str(source["path"])), find, count)
