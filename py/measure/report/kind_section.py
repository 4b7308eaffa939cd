"""What a report says of one kind of layer: its rows, its errors, and each of its quantities."""

import math

from py.measure.fit.profile_fit import Form
from py.measure.report import units
from py.measure.report.findings import KindFindings
from py.measure.report.quantity_blocks import quantity_blocks
from py.platforms.measured.spread import LEVEL
from py.reports.content import Block, Facts, Paragraph, Section, Table


def kind_section(kind: KindFindings, form: Form) -> Section:
    """Return a kind's section."""
    blocks: list[Block] = [_rows(kind), _errors(kind), *_extrapolation(kind)]
    if kind.unreliable is not None:
        blocks.append(Paragraph(f"Power is not to be relied on: {kind.unreliable}"))
    for found in kind.quantities:
        blocks += quantity_blocks(kind, found, form)
    samples = kind.fit.samples
    return Section(kind.title, f"{samples.kind}-{samples.dtype}", tuple(blocks))


def _rows(kind: KindFindings) -> Table:
    samples = kind.fit.samples
    fixed = samples.fixed()
    rows = [
        (name, _size(name, low), _size(name, high), "never varied" if low == high else "")
        for name, (low, high) in samples.ranges().items()
    ]
    rows += [
        (name, units.size(value), units.size(value), "the model holds for this value only")
        for name, value in fixed.items()
    ]
    times = samples.time_s
    rows.append(
        (
            "runtime",
            units.quantity(float(times.min()), "s"),
            units.quantity(float(times.max()), "s"),
            "",
        )
    )
    powers = [power for power in samples.power_w.tolist() if math.isfinite(power)]
    if powers:
        ends = (units.quantity(min(powers), "W"), units.quantity(max(powers), "W"))
        rows.append(("power", *ends, f"of {units.count(len(powers))} rows"))
    return Table(
        f"{units.count(len(times))} rows, and between what they lie",
        ("size", "least", "most", "remark"),
        tuple(rows),
    )


def _size(name: str, value: float) -> str:
    return units.quantity(value, "Hz") if name == "clock_hz" else units.size(value)


def _errors(kind: KindFindings) -> Table:
    rows = []
    for found in kind.quantities:
        errors = found.quantity.errors
        rows.append(
            (
                found.name,
                units.count(errors.rows),
                units.percent(errors.rmspe),
                units.percent(errors.mape),
                units.percent(errors.median),
                units.percent(errors.bias, sign=True),
                units.quantity(errors.rmse, found.unit),
                units.percent(found.quantity.coverage),
                units.count(errors.not_positive),
            )
        )
    return Table(
        "Cross-validated errors",
        (
            *("of", "rows", "RMSPE", "MAPE", "median", "bias", "RMSE"),
            *(f"inside {100 * LEVEL:.0f} % intervals", "not above zero"),
        ),
        tuple(rows),
        note="RMSPE: root mean square percentage error. MAPE: mean of the errors without their "
        "sign. Bias: mean of the errors, above zero where too much is predicted. Inside: the share "
        "of rows in intervals whose ends were taken from the other folds alone. The last column "
        "counts predictions that are not above zero.",
    )


def _extrapolation(kind: KindFindings) -> list[Block]:
    beyond, samples = kind.fit.extrapolation, kind.fit.samples
    if beyond is None:
        return [Paragraph("How it does beyond its data was not tried.")]
    inside = kind.fit.time.errors.median
    return [
        Facts(
            (
                (
                    "beyond the data",
                    f"Fitted to the lighter half by {samples.work_name}, the runtime of the "
                    f"heavier half ({units.count(beyond.rows)} rows) has a median error of "
                    f"{units.percent(beyond.median_error)}, where it is {units.percent(inside)} "
                    f"with cross-validation of all rows. The least that was predicted there is "
                    f"{units.ratio(beyond.least_ratio)} times what was measured.",
                ),
                (
                    "intervals beyond",
                    f"widen by a factor of {units.ratio(math.exp(beyond.wider))} either way for "
                    f"each factor of e (2.72) by which a size is outside of its range.",
                ),
            )
        )
    ]
