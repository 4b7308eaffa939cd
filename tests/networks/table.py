"""What profiles fitted to layers say of whole networks, row by row, as text."""

from collections.abc import Mapping, Sequence

from py.columns import columns
from py.platforms.measured.engine import Measured
from tests.networks.measured import Predicted, calibrated_by, cases, not_used, predict

NOT_COMPARABLE = """\
What is compared, and what is not:
- Prediction: each layer by the profile fitted to single layers of the same source, added up by
  equations (3) to (5). No row of networks.csv has a part in any fit.
- VGG-16 on V100 is TensorFlow 1: each measured layer has 0.14 to 0.25 ms of a session in it, which
  twenty-one layers of one graph do not pay one by one; each network row has one session and, as far
  as the published script goes, its images as a constant of the graph. Layers were timed with their
  activation and batches up to 64. Poolings were not measured: they are timed by bytes.
- The CPU networks are forward passes of torchvision 0.10 in training mode (the published script:
  1000 classes and one more layer from 1000 to 10; 98 batches of CIFAR-10 an epoch at 64x64, the
  last of them 336 instead of 512 images, which makes a mean 0.35 % short). Batch normalisation then
  takes its own passes over the maps, and activations and dropout run apart; predictions fold
  normalisation and activation into their convolution, as inference does, and so are short of them.
- Single layers on the CPUs have up to 15 ifmap and 63 ofmap channels (fully connected up to 511
  features), the networks' have up to 512 and 9,216: nearly all of their time is extrapolation.
- Grouped and depthwise convolutions, and sums, were not measured there: they are timed by bytes and
  MACs.
- raptorlake draws 110 to 150 W in layers of some milliseconds and 75 W in those of half a second
  and longer: its short-term power limit. A layer timed alone has the first, a layer in a network
  that runs on and on the second, so energies of whole networks are predicted about twice too high.
- broadwell-ep: the number of its sockets is unknown, so energy and power are not to be published.
"""


def _percent(value: float | None) -> str:
    return "" if value is None else f"{round(100 * value, 1) + 0.0:+.1f} %"


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


def _ms(value: float) -> str:
    return f"{1000 * value:.4g}"


def _ends(one: Predicted) -> tuple[str, str]:
    ends = one.ends_s
    if ends is None:
        return "unknown", ""
    inside = ends[0] <= one.measured_s <= ends[1]
    return f"{_ms(ends[0])} to {_ms(ends[1])}", "yes" if inside else "no"


def summary(found: Sequence[Predicted]) -> str:
    """Return a line for each network and batch, repeats by their mean."""
    header = (
        *("device", "network", "batch", "rows", "measured ms", "predicted ms", "error"),
        *("80 % interval ms", "inside", "energy error", "layers outside", "time outside"),
        "kind unknown",
    )
    rows = []
    for one in found:
        interval, inside = _ends(one)
        case = one.case
        rows.append(
            [
                *(case.device, case.network, str(case.batch), str(len(case.rows))),
                *(_ms(one.measured_s), _ms(one.time_s), _percent(one.error), interval, inside),
                "" if "broadwell" in case.device else _percent(one.energy_error),
                _share(one.outside(by_time=False)),
                _share(one.outside(by_time=True)),
                _share(one.not_measured()),
            ]
        )
    return "\n".join(columns(header, rows, left=2))


def each_row(found: Sequence[Predicted]) -> str:
    """Return the errors of every row, in the order of the table."""
    header = ("device", "network", "batch", "line", "measured ms", "error", "measured J", "error")
    rows = []
    for one in found:
        for row in one.case.rows:
            assert row.runtime_s is not None
            energy = one.result.energy_j
            known = row.energy_j is not None and energy is not None
            hidden = not known or "broadwell" in one.case.device
            rows.append(
                [
                    *(one.case.device, one.case.network, str(one.case.batch), str(row.line)),
                    _ms(row.runtime_s),
                    _percent(one.time_s / row.runtime_s - 1),
                    "" if hidden else f"{row.energy_j:.4g}",
                    "" if hidden else _percent((energy or 0.0) / (row.energy_j or 1.0) - 1),
                ]
            )
    return "\n".join(columns(header, rows, left=2))


def calibrations(platform: Measured, found: Sequence[Predicted]) -> str:
    """Return the errors of a device's networks where each of them in turn calibrates."""
    names = [f"{one.case.network} {one.case.batch}" for one in found]
    rows = [["(none)", "", *(_percent(one.error) for one in found)]]
    energies = [["(none)", "", *(_percent(one.energy_error) for one in found)]]
    for known in found:
        scaled = calibrated_by(platform, known)
        assert scaled.calibration is not None
        others = [predict(one.case, scaled) for one in found]
        name = f"{known.case.network} {known.case.batch}"
        time, power = scaled.calibration.time, scaled.calibration.power
        rows.append([name, f"{time:.3g}", *(_percent(one.error) for one in others)])
        factor = "" if power is None else f"{time * power:.3g}"
        energies.append([name, factor, *(_percent(one.energy_error) for one in others)])
    lines = columns(("time, calibrated by", "factor", *names), rows)
    if all(one.energy_error is not None for one in found):
        lines += ["", *columns(("energy, calibrated by", "factor", *names), energies)]
    return "\n".join(lines)


def _inside(found: Sequence[Predicted]) -> str:
    ends = [(one.measured_s, one.ends_s) for one in found]
    inside = [value for value, pair in ends if pair is not None and pair[0] <= value <= pair[1]]
    return f"Inside of their 80 % interval: {len(inside)} of {len(found)} times."


def text(platforms: Mapping[str, Measured]) -> str:
    """Return all tables for the devices that there are profiles of."""
    parts = [NOT_COMPARABLE.rstrip()]
    found = [predict(case, platforms[case.device]) for case in cases() if case.device in platforms]
    for device, platform in platforms.items():
        not_used(platform)
        parts.append(f"{device}: {platform.id}, {platform.hash}")
    left = sorted({case.device for case in cases()} - set(platforms))
    if left:
        parts.append(f"Without a profile: {', '.join(left)}.")
    if not found:
        return "\n\n".join(parts)
    for one in found:
        missing = ", ".join(f"{entry.name} ({entry.reason})" for entry in one.result.not_modelled)
        if missing:
            parts.append(f"Not in {one.case.network}, batch {one.case.batch}: {missing}")
    parts += [f"{summary(found)}\n{_inside(found)}", f"Every row\n{each_row(found)}"]
    for device, platform in platforms.items():
        own = [one for one in found if one.case.device == device]
        parts.append(f"{device}, calibrated by one network\n{calibrations(platform, own)}")
    return "\n\n".join(parts)
