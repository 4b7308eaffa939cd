"""Is nothing computed faster than the device can?"""

from collections.abc import Iterator, Mapping
from itertools import product as pairs

from py.columns import several
from py.measure.check.bounds import Limit, bounds
from py.measure.check.device_match import device_of
from py.measure.check.finding import Finding, listed, not_checked, passed, worst
from py.measure.check.subject import Subject
from py.measure.check.trend_shapes import BATCHES, base_at
from py.measure.report import units
from py.platforms.datasheet.device import Figure
from py.platforms.measured.engine import Measured
from py.platforms.measured.model import KindModel
from py.platforms.measured.workload import Workload

_PLACES = (0.0, 0.5, 0.75, 1.0)
_OPS_OF_A_MAC = 2
#: Which peaks hold for a model: the fastest counts, for a library may take it.
_PEAKS: Mapping[str, tuple[str, ...]] = {
    "64x64": ("fp64",),
    "32x32": ("fp32", "tf32"),
    "tf32": ("tf32", "fp32"),
    "16x16": ("fp16", "bf16", "fp32"),
    "bf16": ("bf16", "fp16", "fp32"),
    "8x8": ("int8", "fp16", "fp32"),
}
_DTYPES: Mapping[str, str] = {
    **{"": "32x32", "fp32": "32x32", "float32": "32x32", "fp64": "64x64", "float64": "64x64"},
    **{"tf32": "tf32", "bf16": "bf16", "bfloat16": "bf16", "fp16": "16x16", "float16": "16x16"},
    "int8": "8x8",
}
_CONVOLUTIONS = ("conv", "grouped", "depthwise")
_PRODUCTS = ("dense", "matmul", "fc")
_REMEDY = "Check the clock that was read, and that the device had finished when it was."


def roofline(subject: Subject) -> Finding:
    """Say whether no layer has more MACs a second than the device's published peak."""
    if subject.platform is None:
        return not_checked("The profile can't be read: see the check of its form.")
    device = device_of(subject)
    if device is None:
        name = str(subject.data["device"] or "this device")[:80]
        return not_checked(f"No file of public/devices is known to be that of {name}.")
    peaks = device.device.peaks
    verdicts, beyond, compared = [], [], []
    for what, kind, dtype, rate in (*_predicted(subject.platform), *_measured(subject)):
        peak, limit = _peak(peaks, dtype), _limit(kind)
        if peak is None or limit is None:
            continue
        share = _OPS_OF_A_MAC * rate / peak
        compared.append(share)
        verdict = limit.verdict(share)
        verdicts.append(verdict)
        if verdict != "pass":
            beyond.append(
                f"{kind} ({dtype}) {what} at {units.quantity(rate, 'MAC/s')}, "
                f"{units.ratio(share)} of the peak"
            )
    if not compared:
        return not_checked(f"{device.name} has no published peak for what was measured.")
    if beyond:
        said = f"Faster than {device.name} ({device.id}): {listed(beyond)}."
        return Finding(worst(verdicts), said, _REMEDY)
    fewer = " (Winograd's convolutions multiply less often)" if max(compared) > 1 else ""
    return passed(
        f"At most {units.percent(max(compared))} of the peak of {device.name}{fewer}, in "
        f"{several(len(compared), 'comparison')}."
    )


def _peak(peaks: Mapping[str, Figure], dtype: str) -> float | None:
    known = [peaks[name].value for name in _PEAKS.get(dtype, ()) if name in peaks]
    return max(known, default=None)


def _limit(kind: str) -> Limit | None:
    if kind in _CONVOLUTIONS:
        return bounds().limits["rate-over-peak-of-convolutions"]
    return bounds().limits["rate-over-peak-of-products"] if kind in _PRODUCTS else None


def _predicted(platform: Measured) -> Iterator[tuple[str, str, str, float]]:
    """Yield the fastest prediction of each model, among layers inside of what was measured."""
    for model in platform.profile.models.values():
        answers = [platform.answer(work) for work in _layers(model)]
        rates = [
            one.work.macs / one.estimate().time_s
            for one in answers
            if one.in_range and one.work.macs
        ]
        if rates:
            yield "is predicted", model.kind, model.dtype, max(rates)


def _layers(model: KindModel) -> Iterator[Workload]:
    if model.kind not in (*_CONVOLUTIONS, *_PRODUCTS):
        return
    for place, batch in pairs(_PLACES, BATCHES):
        base = base_at(model, place)
        for side in {base.side, base_at(model, 0.5).side}:
            yield base.at(batch, side)


def _measured(subject: Subject) -> Iterator[tuple[str, str, str, float]]:
    survey = subject.survey
    if survey is None:
        return
    for (op, dtype), found in survey.rates.items():
        known = _DTYPES.get(dtype.lower())
        if known is not None:
            yield f"was measured (line {found.line})", op, known, found.value
