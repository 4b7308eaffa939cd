"""The content of a summary, from which its text and its page are written."""

from py.columns import several
from py.reports.content import Content
from py.sweep.summary.cells import Cells
from py.sweep.summary.limits import Limits
from py.sweep.summary.sections.macs import macs, outliers
from py.sweep.summary.sections.options import options
from py.sweep.summary.sections.overview import overview
from py.sweep.summary.sections.precision import precision
from py.sweep.summary.sections.provenance import provenance
from py.sweep.summary.sections.rankings import rankings
from py.sweep.summary.summary import Summary


def content_of(summary: Summary, limits: Limits) -> Content:
    """Return what a summary says, as much of it as the limits allow."""
    cells = Cells(summary, limits)
    sections = (
        overview(cells),
        rankings(cells),
        precision(cells),
        macs(cells),
        outliers(cells),
        options(cells),
    )
    collected = summary.collected
    platforms = several(len(collected.texts["platform"].values), "platform")
    models = several(collected.different_models, "model")
    return Content(
        f"Sweep of {models} on {platforms}",
        f"{several(collected.count, 'combination')}: what they cost, and what tells it.",
        # The last knows which links the others had no room for.
        (*(section for section in sections if section is not None), provenance(cells)),
    )
