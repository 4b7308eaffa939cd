"""From a capture of a GPU to its profile, and how far that is from what was hoped for."""

import hashlib
import json
import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean

from py.measure.fit.apart import Predicted, each_apart, with_own
from py.measure.fit.capture_facts import facts_of_captures
from py.measure.fit.profile_fit import ProfileFit, Source, fit_profile, written
from py.measure.report import write_report
from py.measure.table.row import IDLE, NETWORK
from py.measure.table.set_aside import Aside
from py.measure.table.told import read_told
from py.platforms.measured.engine import Measured
from py.platforms.measured.read import profile_from_json

GOALS: Mapping[str, tuple[float, float]] = {
    "conv": (0.20, 0.07),
    "dense": (0.15, 0.09),
    "pool": (0.10, 0.06),
}
"""RMSPE of runtime and power by kind: the powers are those that NeuralPower reached (Cai et al.
2017, table 3), the runtimes half of its own (table 2) or less, and a tenth for pools."""
ENERGY_GOAL = 0.08
"""The mean error of whole networks' energy."""
_MOST_WORKERS = 16
_MOST_BYTES = 20_000_000
"""Of captures that all workers read together: a fit takes the more memory the more rows it has."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A fit of a capture, and its networks without and with their own shapes."""

    fit: ProfileFit
    set_aside: Aside
    apart: tuple[Predicted, ...]
    seen: tuple[Predicted, ...]


def judge(capture: Path, identity: str | None, progress: Callable[[str], None]) -> Judged:
    """Fit a profile to a capture, and predict its networks by fits that have not seen them.

    Raises:
        JoulegraphError: the capture can't be read, or has too few rows.
    """
    rows = read_told([str(capture)], ())
    networks = tuple(rows.rows.of_op(NETWORK))
    facts = facts_of_captures([capture], rows.rows.of_op(IDLE))
    source = Source(capture.name, _sha256(capture), ())
    name = identity or id_of(str(facts.get("device") or "gpu"))
    found = fit_profile(
        *(name, rows.rows, (source,), facts), progress=progress, folder=capture.parent
    )
    progress("each network without its own shapes")
    with ProcessPoolExecutor(workers_of(capture.stat().st_size), get_context("spawn")) as pool:
        apart = each_apart(source, capture, networks, pool)
    platform = Measured(name, found.json["name"], "", profile_from_json(found.json))
    return Judged(found, rows.set_aside, tuple(apart), tuple(with_own(platform, networks)))


def keep(judged: Judged, folder: Path, progress: Callable[[str], None]) -> Path:
    """Write the profile, its report, and the networks into a folder; return the profile."""
    profile = folder / f"{judged.fit.json['id']}.json"
    profile.write_text(written(judged.fit.json), encoding="utf-8")
    networks = {
        "without_own_shapes": [asdict(one) for one in judged.apart],
        "with_own_shapes": [asdict(one) for one in judged.seen],
    }
    (folder / "networks.json").write_text(json.dumps(networks, indent=1) + "\n", encoding="utf-8")
    (folder / "errors.txt").write_text(told(judged), encoding="utf-8")
    write_report(judged.fit, folder / "report", progress, judged.set_aside)
    return profile


def told(judged: Judged) -> str:
    """Return the errors as text: kinds first, then networks, each beside what was hoped for."""
    lines = ["kind and precision     rows  powered  runtime RMSPE  power RMSPE"]
    for kind in judged.fit.kinds:
        samples = kind.samples
        hoped = GOALS.get(samples.kind, (None, None))
        powered = sum(math.isfinite(power) for power in samples.power_w)
        errors = [
            _percent(_rmspe(kind.json[name]), goal)
            for name, goal in zip(("time_s", "power_w"), hoped, strict=True)
        ]
        title = f"{samples.kind} {samples.dtype}"
        lines.append(f"{title:<22} {len(samples.works):>4}  {powered:>7}  {'  '.join(errors)}")
    lines += ["", *_networks(judged)]
    return "\n".join(lines) + "\n"


def _networks(judged: Judged) -> list[str]:
    lines = ["network                batch  dtype  time error (own seen)  energy error (own seen)"]
    seen = {(one.network, one.batch, one.dtype): one for one in judged.seen}
    for one in judged.apart:
        other = seen[one.network, one.batch, one.dtype]
        lines.append(
            f"{one.network:<22} {one.batch:>5}  {one.dtype:<5}  "
            f"{_signed(one.time_error):>10} ({_signed(other.time_error)})  "
            f"{_signed(one.energy_error):>12} ({_signed(other.energy_error)})"
        )
    if not judged.apart:
        return [*lines, "none was measured"]
    lines.append(f"mean error of time: {_mean([one.time_error for one in judged.apart])}")
    energies = [one.energy_error for one in judged.apart]
    lines.append(f"mean error of energy: {_mean(energies)}, hoped for {ENERGY_GOAL:.0%}")
    return lines


def id_of(device: str) -> str:
    """Return a profile's id for a device that torch measured."""
    plain = re.sub(r"[^a-z0-9]+", "-", device.lower()).strip("-")
    return f"{plain[:50] or 'gpu'}-torch"


def workers_of(capture_bytes: int) -> int:
    """Return how many fits of a capture of this size are made at the same time."""
    together = _MOST_BYTES // max(1, capture_bytes)
    return max(1, min(os.cpu_count() or 1, _MOST_WORKERS, together))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _rmspe(form: object) -> float | None:
    if not isinstance(form, dict):
        return None
    found: float = form["errors"]["rmspe"]
    return found


def _percent(value: float | None, goal: float | None) -> str:
    shown = "not measured" if value is None else f"{value:.1%}"
    hoped = "" if goal is None else f" (hoped {goal:.0%})"
    return f"{shown + hoped:<21}"


def _signed(value: float | None) -> str:
    return "unknown" if value is None else f"{value:+.1%}"


def _mean(values: Sequence[float | None]) -> str:
    known = [abs(one) for one in values if one is not None]
    missing = len(values) - len(known)
    if not known:
        return "unknown"
    return f"{fmean(known):.1%}" + (f" ({missing} unknown)" if missing else "")
