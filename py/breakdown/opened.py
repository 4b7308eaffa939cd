"""Opening a link: its model, its options, its platform, and what has changed since it was made."""

from dataclasses import replace
from typing import Any

from py.breakdown.price import Options
from py.breakdown.pricing_notes import made_again
from py.breakdown.state_model import model_from_state
from py.errors import JoulegraphError
from py.layers import Bits, Choices, Density, Layer, Model, Zeros
from py.layers.read import with_batch
from py.notes import Note
from py.platforms.measured.calibration import Calibration
from py.version import ENGINE

_OF_ZEROS = ("zero-fractions", "density-unused")


def open_state(
    state: dict[str, Any], options: Options, *, keep_zeros: bool = True
) -> tuple[Model, Options]:
    """Return a link's model and options; what ``options`` says goes before what the link says.

    Raises:
        JoulegraphError: ``link-invalid``, or ``batch-fixed`` where a layer does not scale.
    """
    model = model_from_state(state)
    model = replace(model, notes=tuple(note for note in model.notes if not made_again(note)))
    stated = _stated(state["options"])
    if not keep_zeros:
        model = replace(
            model,
            layers=tuple(layer.with_zeros(Zeros()) for layer in model.layers),
            notes=tuple(note for note in model.notes if note.code not in _OF_ZEROS),
        )
        stated = replace(stated, density=None)
    if options.choices.batch is not None:
        model = with_batch(model, options.choices.batch)
    taken_back = options.bits == Bits() != (stated.bits or Bits())
    if taken_back and model.source == "onnx" and any(_native(layer) for layer in model.layers):
        model = replace(model, notes=(*model.notes, Note("native-width", "")))  # see ``price``
    return model, options.over(stated)


def _native(layer: Layer) -> bool:
    return layer.bits.weight is None or layer.bits.activation is None


def options_on(file: Any, asked: Options, opened: Options) -> Options:
    """Return a link's options for the platform of a file.

    Where that has nothing to map, what the link says of mappings is left out; what is ``asked`` for
    here is not, and is refused with the platform.
    """
    kind = file.get("kind") if isinstance(file, dict) else None
    if kind != "measured":
        opened = replace(opened, calibration=asked.calibration)
    if kind in (None, "accelerator"):
        return opened
    return replace(
        opened,
        dataflow=asked.dataflow,
        capacities=asked.capacities,
        fuse=asked.fuse,
        objective=asked.objective,
        array=asked.array,
        clock_hz=asked.clock_hz,
    )


def platform_of(state: dict[str, Any]) -> tuple[str | None, dict[str, Any] | None]:
    """Return the id of a link's platform, and its file where the link carries it."""
    linked = state.get("platform")
    if not isinstance(linked, dict):
        return None, None
    identity, file = linked.get("id"), linked.get("file")
    return (
        identity if isinstance(identity, str) else None,
        file if isinstance(file, dict) else None,
    )


def changes(state: dict[str, Any], now: dict[str, Any]) -> tuple[Note, ...]:
    """Return a warning for everything that has changed between a link and the result now."""
    warnings = []
    if state.get("engine") != ENGINE:
        text = f"The link was made by engine {str(state.get('engine'))[:20]}, this is {ENGINE}."
        warnings.append(Note("engine-changed", text))
    linked = state.get("platform")
    if not isinstance(linked, dict) or linked.get("hash") != now["platform"]["hash"]:
        text = "The platform's file has changed since the link was made."
        warnings.append(Note("platform-changed", text))
    before = state.get("totals")
    same_options = state.get("options") == now["options"]
    if same_options and isinstance(before, dict) and before != now["totals"]:
        text = f"The link said {_total(before)}, the result now is {_total(now['totals'])}."
        warnings.append(Note("totals-changed", text))
    return tuple(warnings)


def _total(totals: dict[str, Any]) -> str:
    """Return the first of a link's totals that is known, every digit of it."""
    for name, unit in (("energy_macs", "MAC energies"), ("energy_j", "J"), ("time_s", "s")):
        if totals.get(name) is not None:
            return f"{totals[name]!r:.40} {unit}"
    return "nothing that is known"


def _stated(given: dict[str, Any]) -> Options:
    """Return the options that a link states."""
    bits, density, dataflow = (given.get(name) for name in ("bits", "density", "dataflow"))
    capacities = given.get("capacities")
    try:
        options = Options(
            choices=Choices.from_json(given),
            bits=None if bits is None else Bits(bits["weight"], bits["activation"]),
            density=None if density is None else Density(str(density["source"])[:2000], {}),
            dataflow=None if dataflow is None else str(dataflow)[:64],
            capacities=None if capacities is None else _capacities(capacities),
            fuse=given.get("fuse") is True,
            objective=None if given.get("objective") is None else str(given["objective"])[:64],
            calibration=None
            if given.get("calibration") is None
            else Calibration.from_json(given["calibration"]),
        )
        return options.with_what_if(given)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise JoulegraphError(
            "link-invalid",
            f"The link's options can't be read: {type(error).__name__} {str(error)[:80]}.",
            "Copy the link again, or ask for one made by this version.",
        ) from None


def _capacities(given: dict[str, Any]) -> dict[str, int]:
    """Return bytes by level; which levels there are, the platform knows."""
    for size in given.values():
        if isinstance(size, bool) or not isinstance(size, int):
            raise ValueError(f"bytes, got {str(size)[:40]!r}")
    return dict(given)
