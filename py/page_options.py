"""The parts and options of a request from the page, read one by one; what is wrong is named."""

from typing import Any

from py.breakdown import Options
from py.breakdown.options import WhatIfError
from py.errors import JoulegraphError
from py.layers import Bits, Choices, Density
from py.platforms.measured.calibration import Calibration


def options_of(given: dict[str, Any]) -> Options:
    """Return the options of a request.

    Raises:
        JoulegraphError: ``request-invalid`` naming the option.
    """
    batch, bits, density = given.get("batch"), given.get("bits"), given.get("density")
    if batch is not None and (
        isinstance(batch, bool) or not isinstance(batch, int) or not 1 <= batch <= 1 << 20
    ):
        raise bad_request("batch", f"a whole number from 1 to {1 << 20}", batch)
    try:
        choices = Choices.from_json(given, batch)
    except ValueError:
        raise bad_request("inputs, dims or values", "numbers by name", given) from None
    options = Options(
        choices=choices,
        bits=None if bits is None else _bits(bits),
        density=Density.from_json(density) if isinstance(density, dict) else None,
        dataflow=_name("dataflow", given.get("dataflow")),
        capacities=_capacities(given.get("capacities")),
        fuse=_truth("fuse", given.get("fuse")),
        objective=_name("objective", given.get("objective")),
        calibration=_calibration(given.get("calibration")),
    )
    try:
        return options.with_what_if(given)
    except WhatIfError as error:
        raise JoulegraphError(
            "request-invalid",
            f"'{error.option}' should be {error.expected}.",
            "Correct it, or leave it out.",
        ) from None


def _calibration(given: Any) -> Calibration | None:
    if given is None:
        return None
    try:
        return Calibration.from_json(given)
    except ValueError:
        raise bad_request("calibration", "factors on time and power", given) from None


def _truth(name: str, given: Any) -> bool | None:
    if given is not None and not isinstance(given, bool):
        raise bad_request(name, "true or false", given)
    return given


def _capacities(given: Any) -> dict[str, int] | None:
    """Return bytes by the id of a level; an empty object takes back those of a link."""
    if given is None:
        return None
    if not isinstance(given, dict) or not all(
        isinstance(size, int) and not isinstance(size, bool) for size in given.values()
    ):
        raise bad_request("capacities", "bytes by the id of a level", given)
    return given


def _name(option: str, name: Any) -> str | None:
    if name is not None and not isinstance(name, str):
        raise bad_request(option, "a name", name)
    return name


def _bits(bits: Any) -> Bits:
    """Return widths; ``false`` takes back those of a link."""
    if bits is False:
        return Bits()
    if isinstance(bits, dict):
        try:
            return Bits(bits.get("weight"), bits.get("activation"))
        except (TypeError, ValueError):
            pass
    raise bad_request("bits", "weight and activation of 1 to 64 bits", bits)


def object_in(data: dict[str, Any], name: str, *, optional: bool = False) -> dict[str, Any]:
    """Return a part of a request; an empty one where it is left out and ``optional``."""
    value = data.get(name)
    if value is None and optional:
        return {}
    if not isinstance(value, dict):
        raise bad_request(name, "an object", value)
    return value


def bad_request(name: str, expected: str, got: Any) -> JoulegraphError:
    """Return the error for a part that is not what it should be."""
    return JoulegraphError(
        "request-invalid",
        f"'{name}' should be {expected}, got {str(got)[:80]!r}.",
        "Reload the page and try again.",
    )
