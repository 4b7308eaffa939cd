"""The report as text."""

from py.columns import columns
from py.measure.profile_fit import ProfileFit


def text_of(found: ProfileFit) -> str:
    """Return the report as lines of text."""
    lines = [str(found.json["name"]), ""]
    rows = [
        [kind.samples.kind, str(len(kind.samples.works)), f"{100 * kind.time.errors.rmspe:.1f} %"]
        for kind in found.kinds
    ]
    lines += columns(("kind", "rows", "RMSPE of runtime"), rows)
    return "\n".join(lines) + "\n"
