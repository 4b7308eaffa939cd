"""A profile: what was measured on a device, how, and the models fitted to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from py.platforms.measured.model import KindModel
from py.platforms.measured.polynomial import Polynomial
from py.platforms.measured.spread import Spread
from py.platforms.platform import Standing


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Kinds without data: seconds from the launch, bytes and MACs fitted to all that was measured.

    ``power_w`` is the median of the measured powers, None where none were measured.
    """

    polynomial: Polynomial
    spread: Spread | None
    power_w: float | None
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RatedPower:
    """The power of a datasheet, which stands where none was measured."""

    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The models by kind and widths, and what is known of the device.

    ``correlation`` is how alike the errors of different layers are, fitted from whole networks;
    None where there were too few. ``about`` is what the file says of device, software and source.
    ``of_training``: what was measured of a layer is its forward and backward pass together.
    """

    models: Mapping[tuple[str, str], KindModel]
    otherwise: Otherwise
    form: str
    rated_power: RatedPower | None
    host: Standing | None
    idle: Standing | None
    correlation: float | None
    remarks: tuple[str, ...]
    about: Mapping[str, Any]
    of_training: bool = False
