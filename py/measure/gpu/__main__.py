"""python -m py.measure.gpu: doctor, capture by torch and, where scikit-learn is, fit, in one call.

The capture and what is made of it lie in the folder of --output. The same command again goes on
where the last one stopped.
"""

import argparse
import importlib.util
import json
import math
import sys
from pathlib import Path

from py.columns import printable
from py.errors import JoulegraphError
from py.measure.capture.method import method_of
from py.measure.capture.progress import PlainProgress
from py.measure.capture.stop import StoppedError
from py.measure.gpu.measuring import Kept, Wish, measure_gpu
from py.measure.gpu.order import BATCHES
from py.measure.meters.clock import SteadyClock
from py.terminal import FINE, PARTIAL, run

_MOST_MINUTES = 24 * 60.0


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code (see ``py.terminal``)."""
    clock = SteadyClock()
    began_s = clock.now_s()
    given = _parser().parse_args(arguments)
    wish = _wish(given)
    code = FINE
    if not given.fit_only:
        code = _capture(wish, began_s, clock)
    if given.no_fit:
        return code
    if importlib.util.find_spec("sklearn") is None:
        _say(
            "scikit-learn is not installed here. Where it is, this makes the profile:\n"
            f"  python -m py.measure.gpu --output {wish.output} --fit-only"
        )
        return code
    from py.measure.gpu.judging import judge, keep, told  # numbers and learners, only now

    judged = judge(wish.capture, given.id, _fitting)
    keep(judged, wish.output, _fitting)
    sys.stdout.write(told(judged))
    return code


def _capture(wish: Wish, began_s: float, clock: SteadyClock) -> int:
    from py.measure.machine.describe import describe

    _say("looking at this machine")
    facts = describe()
    for sentence in facts.verdict:
        _say(sentence)
    wish.output.mkdir(parents=True, exist_ok=True)
    doctor = json.dumps(facts.as_json(), indent=1, ensure_ascii=False) + "\n"
    (wish.output / "doctor.json").write_text(doctor, encoding="utf-8")
    try:
        kept = measure_gpu(wish, facts, began_s, clock, PlainProgress())
    except StoppedError as stopped:
        _say(f"{stopped}; {wish.capture} has all rows so far, and the same command goes on")
        return PARTIAL
    return _outcome(kept, wish)


def _outcome(kept: Kept, wish: Wish) -> int:
    if kept.one_of > 1:
        _say(f"energy was measured of networks and of one layer in {kept.one_of}")
    found = kept.outcome
    if found is None:
        return PARTIAL
    _say(
        f"{wish.capture}: {found.measured} measured, {found.skipped} skipped, "
        f"{found.failed} failed, {found.left_out} of {kept.shapes} left out for want of time"
    )
    return PARTIAL if found.failed else FINE


def _wish(given: argparse.Namespace) -> Wish:
    settings = {}
    for text in given.setting:
        name, equals, value = text.partition("=")
        if not equals:
            raise _bad(f"--setting is NAME=VALUE, got {text[:40]!r}")
        settings[name] = value
    return Wish(
        Path(given.output),
        device=given.device,
        minutes=given.minutes,
        dtypes=given.dtypes,
        plan=given.plan,
        networks=given.networks,
        batches=given.batches,
        runner=given.runner,
        settings=settings,
        method=method_of(given.plan),
    )


def _minutes(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= _MOST_MINUTES:
        raise argparse.ArgumentTypeError(f"from 0 to {_MOST_MINUTES:g}, got {text[:20]!r}")
    return value


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _whole(text: str) -> tuple[int, ...]:
    try:
        found = tuple(int(part) for part in _names(text))
    except ValueError:
        found = ()
    if not found or min(found) < 1:
        raise argparse.ArgumentTypeError(f"whole numbers from 1 with commas, got {text[:20]!r}")
    return found


def _bad(message: str) -> JoulegraphError:
    return JoulegraphError("bad-option", f"{message}.", "See --help.")


def _fitting(text: str) -> None:
    _say(f"fitting {text}")


def _say(text: str) -> None:
    sys.stderr.write("\n".join(printable(line) for line in text.splitlines()) + "\n")
    sys.stderr.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m py.measure.gpu", description=__doc__)
    parser.add_argument("--output", required=True, metavar="DIR", help="folder of the capture")
    parser.add_argument("--minutes", type=_minutes, default=9.0, help="for measuring (default 9)")
    parser.add_argument("--device", default="cuda:0", help="cuda:0, cuda:1, …")
    parser.add_argument("--dtypes", type=_names, default=("fp32", "bf16"), metavar="fp32,bf16")
    parser.add_argument("--plan", choices=("quick", "standard"), default="standard")
    parser.add_argument("--networks", type=_names, metavar="NAME,…", help="default: all samples")
    parser.add_argument("--batches", type=_whole, default=BATCHES, metavar="64,256")
    parser.add_argument(
        "--setting",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of the runner, such as layout=channels_last; may be repeated",
    )
    parser.add_argument("--id", help="the profile's id (default: made of the device's name)")
    parser.add_argument("--no-fit", action="store_true", help="capture only")
    parser.add_argument("--fit-only", action="store_true", help="of the capture that is there")
    parser.add_argument("--runner", default="torch", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
