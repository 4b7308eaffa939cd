"""python -m py.measure.gpu: doctor, capture by torch and, where scikit-learn is, fit, in one call.

The capture and what is made of it lie in the folder of --output. The same command again goes on
where the last one stopped.
"""

import argparse
import importlib.util
import json
import sys
from pathlib import Path

from py.measure.capture.command import say, tell
from py.measure.capture.progress import PlainProgress
from py.measure.capture.request import Request, listed, minutes, settings_of
from py.measure.capture.session import Call, take_capture
from py.measure.capture.stop import StoppedError
from py.measure.meters.clock import SteadyClock
from py.terminal import FINE, PARTIAL, run

NAME = "capture.csv.gz"
BATCHES = (64, 256)
"""Of whole networks: with fewer images a large GPU waits for its host in most of their layers."""
_KEPT_S = 5.0
"""Of a call's time, to close the file and end the processes."""


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code (see ``py.terminal``)."""
    clock = SteadyClock()
    began_s = clock.now_s()
    given = _parser().parse_args(arguments)
    folder = Path(given.output)
    request = Request(
        plan=given.plan,
        runner=given.runner,
        device=given.device,
        output=str(folder / NAME),
        dtypes=given.dtypes,
        networks=given.networks,
        batches=given.batches,
        settings=settings_of(given.setting),
    )
    code = FINE
    if not given.fit_only:
        call = Call(began_s + 60 * given.minutes - _KEPT_S, clock)
        code = _capture(request, folder, call)
    if given.no_fit:
        return code
    if importlib.util.find_spec("sklearn") is None:
        say("scikit-learn is not installed here. Where it is, this makes the profile:")
        say(f"  python -m py.measure.gpu --output {folder} --fit-only")
        return code
    return _profile(folder, given.id) if code in (FINE, PARTIAL) else code


def _capture(request: Request, folder: Path, call: Call) -> int:
    from py.measure.machine.describe import describe

    say("Looking at the machine …")
    facts = describe()
    for sentence in facts.verdict:
        say(sentence)
    folder.mkdir(parents=True, exist_ok=True)
    doctor = json.dumps(facts.as_json(), indent=1, ensure_ascii=False) + "\n"
    (folder / "doctor.json").write_text(doctor, encoding="utf-8")
    try:
        taken = take_capture(request, facts, say, PlainProgress(), call=call)
    except StoppedError as stopped:
        say("Stopped. What was measured is kept; the same command goes on.")
        return stopped.exit_code
    tell(taken, more="the same command")
    return PARTIAL if taken.outcome.failed else FINE


def _profile(folder: Path, identity: str | None) -> int:
    """Fit a profile, check it, and say how to contribute it where it is fit to publish."""
    from py.measure.check.command import run as check
    from py.measure.check.contribute import how_to_contribute
    from py.measure.gpu.judging import judge, keep, told  # numbers and learners, only now

    capture = folder / NAME
    judged = judge(capture, identity, _fitting)
    profile = keep(judged, folder, _fitting)
    sys.stdout.write(told(judged) + "\n")
    code = check(
        argparse.Namespace(
            profiles=[str(profile)],
            capture=[str(capture)],
            json=False,
            output=str(folder / "report" / "check.html"),
        )
    )
    if code == FINE:
        sys.stdout.write("\nTo contribute it, at the top of the project (see CONTRIBUTING.md):\n")
        for line in how_to_contribute(profile, capture):
            sys.stdout.write(f"  {line}\n")
    return code


def _fitting(text: str) -> None:
    say(f"fitting {text}")


def _batches(text: str) -> tuple[int, ...]:
    try:
        found = tuple(int(part) for part in listed(text))
    except ValueError:
        found = ()
    if not found or min(found) < 1:
        raise argparse.ArgumentTypeError(f"whole numbers from 1 with commas, got {text[:20]!r}")
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m py.measure.gpu", description=__doc__)
    parser.add_argument("--output", required=True, metavar="DIR", help="folder of the capture")
    parser.add_argument("--minutes", type=minutes, default=9.0, help="for measuring (default 9)")
    parser.add_argument("--device", default="cuda:0", help="cuda:0, cuda:1, …")
    parser.add_argument("--dtypes", type=listed, default=("fp32", "bf16"), metavar="fp32,bf16")
    parser.add_argument("--plan", choices=("quick", "standard"), default="standard")
    parser.add_argument("--networks", type=listed, metavar="NAME,…", help="default: all samples")
    parser.add_argument("--batches", type=_batches, default=BATCHES, metavar="64,256")
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
