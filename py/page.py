"""The page's one door: a request as JSON text in, an answer as JSON text out; it never raises."""

import gc
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from py.bounded_json import parse_json
from py.breakdown import (
    Options,
    changes,
    open_state,
    options_on,
    platform_for,
    price,
    result_csv,
    state_of,
)
from py.errors import JoulegraphError
from py.graph import Graph
from py.graph.weights import Count, CountedOutside, OpenFiles, given_along
from py.layers import Density, Layer, Model, known_models, read_model
from py.layers.counted_zeros import CountedZeros
from py.layers.weight_zeros import count_weights as count_zeros_of
from py.page_options import bad_request, object_in, options_of

Progress = Callable[[str, float | None], None]
_MOST_REQUEST = 8_000_000


def handle(request_text: str, progress: Progress | None = None, count: Count | None = None) -> str:
    """Answer ``{"do": "estimate", "source", "platform", "options"}``.

    ``source`` is a file (``kind`` "file", ``path``, ``name``, and in ``along`` the paths by name of
    files that may hold its weights) or a link's content (``kind`` "state", ``state``). The option
    ``weights`` has the zeros in the weights counted, by ``count`` if it is given. The answer has
    ``ok`` and either ``result``, ``state``, ``csv`` and ``warnings``, or ``error`` with ``code``,
    ``message`` and ``remedy``, and ``questions`` where other answers may fit.
    With ``"mappings": "held"`` each layer is priced with the mapping last found for its shape,
    where one can be made to fit and the best one is not known; such an answer has
    ``"provisional": true`` and no ``csv``, and the same request without it maps anew.
    ``{"do": "weights", "source", "options"}`` only asks ``count`` for all that there is to count,
    so that it can be counted ahead.
    """
    gc.disable()  # a model makes many small values and no cycles to speak of
    try:
        request = parse_json(request_text, what="The request", most_characters=_MOST_REQUEST)
        return _as_text(_answer(request, progress, count))
    except JoulegraphError as error:
        answer = {"ok": False, "error": error.as_json()}
        if error.questions:  # other answers may fit
            answer["questions"] = list(error.questions)
    except (RecursionError, MemoryError) as error:
        answer = _fault(
            "too-large", f"This model needs more than the engine has ({type(error).__name__})."
        )
    except Exception as error:
        answer = _fault(
            "internal", f"The engine failed: {type(error).__name__}: {str(error)[:200]}."
        )
    finally:
        gc.enable()
    return _as_text(answer)


def _as_text(answer: dict[str, Any]) -> str:
    return json.dumps(answer, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _fault(code: str, message: str) -> dict[str, Any]:
    remedy = "Please report it with the file or its structure."
    return {"ok": False, "error": {"code": code, "message": message, "remedy": remedy}}


def _answer(request: Any, progress: Progress | None, count: Count | None) -> dict[str, Any]:
    if not isinstance(request, dict) or request.get("do") not in ("estimate", "weights"):
        raise bad_request(
            "do", "'estimate'", request.get("do") if isinstance(request, dict) else request
        )
    source, given = object_in(request, "source"), object_in(request, "options", optional=True)
    if request["do"] == "weights":
        _from_file(source, options_of(given), progress, count, count_weights=True)
        return {"ok": True}
    platform_file = object_in(request, "platform")
    options = options_of(given)
    held = _held(request)
    platform = platform_for(platform_file, options, held=held)  # refused before the model is read
    as_read = True
    if source.get("kind") == "state":
        state = object_in(source, "state")
        keep_zeros = given.get("density") is not False
        model, opened = open_state(state, options, keep_zeros=keep_zeros)
        options = options_on(platform_file, options, opened)
        platform = platform_for(platform_file, options, held=held)
    else:
        state = None
        wanted = given.get("weights") is True
        model, as_read = _from_file(
            source, options, progress, count, count_weights=wanted, again=not held
        )
        options = replace(options, density=Density.of(options.density, model.counted))

    said = -1

    def step(done: int, count: int) -> None:
        nonlocal said
        percent = 100 * done // count
        if progress is not None and percent > said:  # each is a message to the page
            said = percent
            progress("map", done / count)

    result = price(model, platform, options, step)
    own = state_of(result, platform_file if request.get("own_platform") is True else None)
    answer = {"ok": True, "result": result.as_shared_json(), "state": own}
    if not as_read or result.held:
        answer["provisional"] = True
    else:
        answer["csv"] = result_csv(result)
    warnings = () if state is None else changes(state, own)
    if "provisional" in answer:  # its totals are not the last word
        warnings = tuple(note for note in warnings if note.code != "totals-changed")
    return {**answer, "warnings": [note.as_json() for note in warnings]}


def _held(request: dict[str, Any]) -> bool:
    mappings = request.get("mappings")
    if mappings not in (None, "held"):
        raise bad_request("mappings", "'held', or left out", mappings)
    return mappings is not None


def _from_file(
    source: dict[str, Any],
    options: Options,
    progress: Progress | None,
    count: Count | None,
    *,
    count_weights: bool,
    again: bool = True,
) -> tuple[Model, bool]:
    """Return the model, read ``again`` or as it is known, and whether all of it was read."""
    path, name = source.get("path"), source.get("name")
    if not isinstance(path, str) or not isinstance(name, str):
        raise bad_request("source", "a path and a name", source)

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
                return same
            if not count_weights:
                model = read_model(file, name, options.choices, stage)
                known_models.remember(mark, options.choices, model)
                return model, True
            with _files(file, source, count) as files:

                def zeros(graph: Graph, layers: tuple[Layer, ...]) -> CountedZeros:
                    return count_zeros_of(graph, layers, files, counted)

                model = read_model(file, name, options.choices, stage, zeros)
                known_models.remember(mark, options.choices, model)
                return model, True
    except OSError as error:
        raise JoulegraphError(
            "unreadable", f"{name} can't be read: {error.strerror}.", "Choose the file again."
        ) from None


def _files(model: BinaryIO, source: dict[str, Any], count: Count | None) -> OpenFiles:
    """Return the model's file with those that were given along."""
    along = object_in(source, "along", optional=True)
    find = given_along({name: Path(str(path)) for name, path in along.items()})
    if count is None:
        return OpenFiles(model, find)
    return CountedOutside(model, Path(str(source["path"])), find, count)
