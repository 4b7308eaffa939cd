"""The content of a report, from which its text and its page are written."""

from collections.abc import Callable, Sequence

from py.measure.fit.profile_fit import ProfileFit
from py.measure.report.about_section import about_section
from py.measure.report.findings import findings
from py.measure.report.kind_section import kind_section
from py.measure.report.otherwise_section import otherwise_section
from py.measure.report.summary_section import summary_section
from py.reports.content import Content


def content_of(
    found: ProfileFit, set_aside: Sequence[str], progress: Callable[[str], None]
) -> Content:
    """Return what a report says of a fit; ``set_aside``: of rows not read in full."""
    kinds = findings(found, progress)
    data = found.json
    return Content(
        str(data["name"]),
        f"Profile {data['id']}, version {data['version']}: how well it predicts the rows that it "
        "was fitted to.",
        (
            summary_section(kinds),
            about_section(found, set_aside),
            *(kind_section(kind, data["form"]) for kind in kinds),
            otherwise_section(data["otherwise"]),
        ),
    )
