"""The summary as one page: no script, nothing from elsewhere, under 3 MB whatever is swept."""

from py.reports.page import page_of
from py.sweep.summary.content import content_of
from py.sweep.summary.limits import PAGE
from py.sweep.summary.summary import Summary


def summary_page(summary: Summary) -> str:
    """Return the summary as HTML, with its pictures; the same rows give the same bytes."""
    return page_of(content_of(summary, PAGE), "summary")
