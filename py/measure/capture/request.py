"""What a capture is asked for, and the options that ask."""

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from py.errors import JoulegraphError
from py.measure.capture.opening import RUNNERS
from py.measure.plans.shape import Direction

_DTYPES = ("fp32", "tf32", "fp16", "bf16", "fp64", "int8")
_PLANS = ("quick", "standard", "batch", "clocks")
MOST_MINUTES = 24 * 60.0


@dataclass(frozen=True, slots=True)
class Request:
    """A plan and what it is measured with; None is left to the program.

    ``minutes`` is another time for the plan's layers than its own, ``batches`` are others for its
    networks, and ``meters`` is a function that opens others than the machine's,
    ``module:function``.
    """

    plan: str = "standard"
    runner: str | None = None
    device: str | None = None
    output: str | None = None
    retry: bool = False
    dtypes: tuple[str, ...] = ("fp32",)
    networks: tuple[str, ...] | None = None
    minutes: float | None = None
    batches: tuple[int, ...] | None = None
    direction: Direction = "forward"
    settings: dict[str, str] = field(default_factory=dict)
    meters: str | None = None

    def __post_init__(self) -> None:
        for name in self.dtypes:
            if name not in _DTYPES:
                raise JoulegraphError(
                    "dtype-unknown",
                    f"A dtype is one of {', '.join(_DTYPES)}, got {name[:40]!r}.",
                    "Change --dtype.",
                )
        if self.minutes is not None and not 0 < self.minutes <= MOST_MINUTES:
            raise ValueError(f"Request: minutes from 0 to {MOST_MINUTES:g}, got {self.minutes}")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of a capture to a parser."""
    parser.add_argument("--plan", choices=_PLANS, default="standard")
    parser.add_argument(
        *("--runner",),
        type=_runner,
        metavar="{onnxruntime,torch}",
        help="by default torch on a GPU, else onnxruntime, whichever is there",
    )
    parser.add_argument("--device", metavar="{cpu,cuda:0}", help="by default a GPU if there is one")
    parser.add_argument(
        "--output", metavar="CAPTURE.csv.gz", help="a capture that is there is gone on with"
    )
    parser.add_argument("--retry", action="store_true", help="measure rows that failed once more")
    parser.add_argument("--dtype", default="fp32", metavar="fp32,bf16", help="one or more")
    parser.add_argument("--networks", metavar="NAME,NAME", help="samples, instead of the plan's")
    parser.add_argument(
        *("--minutes",),
        type=minutes,
        metavar="N",
        help="for layers, instead of the plan's time; with more, the same command goes on",
    )
    parser.add_argument("--direction", choices=("forward", "training"), default="forward")
    parser.add_argument(
        "--setting",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of the runner, as threads=4; may be repeated",
    )
    parser.add_argument("--meters", help=argparse.SUPPRESS)


def request_of(given: argparse.Namespace) -> Request:
    """Return what the options ask for.

    Raises:
        JoulegraphError: ``settings-invalid``, ``dtype-unknown``.
    """
    return Request(
        plan=given.plan,
        runner=given.runner,
        device=given.device,
        output=given.output,
        retry=given.retry,
        dtypes=listed(given.dtype),
        networks=None if given.networks is None else listed(given.networks),
        minutes=given.minutes,
        direction=given.direction,
        settings=settings_of(given.setting),
        meters=given.meters,
    )


def settings_of(given: Sequence[str]) -> dict[str, str]:
    """Return a runner's settings, each given as ``NAME=VALUE``.

    Raises:
        JoulegraphError: ``settings-invalid``.
    """
    settings = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise JoulegraphError(
                "settings-invalid",
                f"A setting is NAME=VALUE, got {text[:40]!r}.",
                "Change --setting.",
            )
        settings[name] = value
    return settings


def minutes(text: str) -> float:
    """Return a number of minutes, as an option's type."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= MOST_MINUTES:
        raise argparse.ArgumentTypeError(f"from 0 to {MOST_MINUTES:g}, got {text[:20]!r}")
    return value


def listed(text: str) -> tuple[str, ...]:
    """Return what stands between commas, as an option's type."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _runner(text: str) -> str:
    """Return a runner's name; tests name a function of their own, ``module:function``."""
    if text not in RUNNERS and ":" not in text:
        raise argparse.ArgumentTypeError(f"one of {', '.join(RUNNERS)}, got {text[:40]!r}")
    return text
