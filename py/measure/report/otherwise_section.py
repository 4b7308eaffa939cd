"""What a profile says of kinds without data, and how far off that is."""

from typing import Any

from py.measure.report import units
from py.reports.content import Block, Facts, Section, Table


def otherwise_section(rest: dict[str, Any]) -> Section:
    """Return the section of kinds that have no model of their own."""
    errors, interval = rest["errors"], rest["interval"]
    facts = [
        ("tested on", f"{rest['tested']}: {units.count(errors['rows'])} rows"),
        (
            "errors of runtime",
            f"RMSPE {units.percent(errors['rmspe'])}, MAPE {units.percent(errors['mape'])}, "
            f"median {units.percent(errors['median'])}, "
            f"bias {units.percent(errors['bias'], sign=True)}",
        ),
        (
            "power",
            "unknown: none was measured"
            if rest["power_w"] is None
            else f"{units.quantity(rest['power_w'], 'W')}, the median of all rows",
        ),
    ]
    if interval is not None:
        band = interval["bands"][0]
        facts.append(
            (
                "interval",
                f"measured ÷ predicted from {units.ratio(band['low'])} to "
                f"{units.ratio(band['high'])}",
            )
        )
    terms = Table(
        "Terms of runtime",
        ("term", "coefficient (s)"),
        tuple((term["term"], units.coefficient(term["coefficient"])) for term in rest["terms"]),
    )
    blocks: tuple[Block, ...] = (Facts(tuple(facts)), terms)
    return Section("Kinds without data", "otherwise", blocks)
