"""The page's one door: a request as JSON text in, an answer as JSON text out; it never raises."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from py.bounded_json import parse_json
from py.breakdown import Options, model_from_state, price, result_csv, state_of
from py.errors import JoulegraphError
from py.layers import Bits, Choices, Density, Model, Zeros, read_model
from py.layers.read import with_batch
from py.platforms.load import platform_from_json
from py.version import ENGINE

Progress = Callable[[str, float | None], None]
_MOST_REQUEST = 8_000_000


def handle(request_text: str, progress: Progress | None = None) -> str:
    """Answer ``{"do": "estimate", "source", "platform", "options"}``.

    ``source`` is a file (``kind`` "file", ``path``, ``name``) or a link's content (``kind``
    "state", ``state``). The answer has ``ok`` and either ``result``, ``state``, ``csv`` and
    ``warnings``, or ``error`` with ``code``, ``message`` and ``remedy``.
    """
    try:
        answer = _answer(
            parse_json(request_text, what="The request", most_characters=_MOST_REQUEST), progress
        )
    except JoulegraphError as error:
        answer = {"ok": False, "error": error.as_json()}
    except (RecursionError, MemoryError) as error:
        answer = _fault(
            "too-large", f"This model needs more than the engine has ({type(error).__name__})."
        )
    except Exception as error:
        answer = _fault(
            "internal", f"The engine failed: {type(error).__name__}: {str(error)[:200]}."
        )
    return json.dumps(answer, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _fault(code: str, message: str) -> dict[str, Any]:
    remedy = "Please report it with the file or its structure."
    return {"ok": False, "error": {"code": code, "message": message, "remedy": remedy}}


def _answer(request: Any, progress: Progress | None) -> dict[str, Any]:
    if not isinstance(request, dict) or request.get("do") != "estimate":
        raise _bad_request(
            "do", "'estimate'", request.get("do") if isinstance(request, dict) else request
        )
    source, given = _object(request, "source"), _object(request, "options", optional=True)
    platform_file = _object(request, "platform")
    platform = platform_from_json(platform_file)
    options = _options(given)
    if source.get("kind") == "state":
        state = _object(source, "state")
        model, options = _from_state(state, options, given)
    else:
        state = None
        model = _from_file(source, options, progress)

    def step(done: int, count: int) -> None:
        if progress is not None:
            progress("map", done / count)

    result = price(model, platform, options, step)
    own = state_of(result, platform_file if request.get("own_platform") is True else None)
    return {
        "ok": True,
        "result": result.as_json(),
        "state": own,
        "csv": result_csv(result),
        "warnings": [] if state is None else _changes(state, own),
    }


def _from_file(source: dict[str, Any], options: Options, progress: Progress | None) -> Model:
    path, name = source.get("path"), source.get("name")
    if not isinstance(path, str) or not isinstance(name, str):
        raise _bad_request("source", "a path and a name", source)

    def stage(text: str) -> None:
        if progress is not None:
            progress(text, None)

    try:
        with Path(path).open("rb") as file:
            return read_model(file, name, options.choices, stage)
    except OSError as error:
        raise JoulegraphError(
            "unreadable", f"{name} can't be read: {error.strerror}.", "Choose the file again."
        ) from None


def _from_state(
    state: dict[str, Any], options: Options, given: dict[str, Any]
) -> tuple[Model, Options]:
    """Return a link's model and options; what the request says goes before what the link says."""
    model = model_from_state(state)
    stated = _options(state["options"] | {"density": None})
    density = state["options"].get("density")
    if given.get("density") is False:
        model = replace(model, layers=tuple(layer.with_zeros(Zeros()) for layer in model.layers))
    elif isinstance(density, dict):
        stated = replace(stated, density=Density(str(density.get("source", "")), {}))
    if options.choices.batch is not None:
        model = with_batch(model, options.choices.batch)
    return model, replace(stated, bits=options.bits or stated.bits)


def _changes(state: dict[str, Any], now: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a warning for everything that has changed since a link was made."""
    warnings = []
    if state.get("engine") != ENGINE:
        text = f"The link was made by engine {str(state.get('engine'))[:20]}, this is {ENGINE}."
        warnings.append({"code": "engine-changed", "text": text})
    linked = state.get("platform")
    if not isinstance(linked, dict) or linked.get("hash") != now["platform"]["hash"]:
        text = "The platform's file has changed since the link was made."
        warnings.append({"code": "platform-changed", "text": text})
    same_options = state.get("options") == now["options"]
    before = state.get("totals")
    if same_options and isinstance(before, dict) and before != now["totals"]:
        text = (
            f"The link said {before.get('energy_macs')!r} MAC energies, "
            f"the result now is {now['totals']['energy_macs']!r}."
        )
        warnings.append({"code": "totals-changed", "text": text})
    return warnings


def _options(given: dict[str, Any]) -> Options:
    batch, bits, density = given.get("batch"), given.get("bits"), given.get("density")
    if batch is not None and (
        isinstance(batch, bool) or not isinstance(batch, int) or not 1 <= batch <= 1 << 20
    ):
        raise _bad_request("batch", f"a whole number from 1 to {1 << 20}", batch)
    return Options(
        choices=Choices(
            batch=batch,
            inputs={
                name: tuple(_sizes(shape))
                for name, shape in _object(given, "inputs", optional=True).items()
            },
            dims=dict(
                zip(
                    dims := _object(given, "dims", optional=True),
                    _sizes(list(dims.values())),
                    strict=True,
                )
            ),
            values=dict(
                zip(
                    named := _object(given, "values", optional=True),
                    _sizes(list(named.values())),
                    strict=True,
                )
            ),
        ),
        bits=None if bits is None else _bits(bits),
        density=Density.from_json(density) if isinstance(density, dict) else None,
    )


def _bits(bits: Any) -> Bits:
    if isinstance(bits, dict):
        try:
            return Bits(bits.get("weight"), bits.get("activation"))
        except (TypeError, ValueError):
            pass
    raise _bad_request("bits", "weight and activation of 1 to 64 bits", bits)


def _sizes(values: Any) -> list[int]:
    if not isinstance(values, list) or not all(
        isinstance(v, int) and not isinstance(v, bool) for v in values
    ):
        raise _bad_request("inputs, dims or values", "whole numbers", values)
    return values


def _object(data: dict[str, Any], name: str, *, optional: bool = False) -> dict[str, Any]:
    value = data.get(name)
    if value is None and optional:
        return {}
    if not isinstance(value, dict):
        raise _bad_request(name, "an object", value)
    return value


def _bad_request(name: str, expected: str, got: Any) -> JoulegraphError:
    return JoulegraphError(
        "request-invalid",
        f"'{name}' should be {expected}, got {str(got)[:80]!r}.",
        "Reload the page and try again.",
    )
