"""Is the profile of the form that all profiles have?"""

import json
from typing import Any

from py.columns import shortened
from py.measure.check.bounds import bounds
from py.measure.check.finding import Finding, passed
from py.measure.check.subject import Subject
from py.platforms.load import PUBLIC

_MOST_SHOWN = 160
_FORM = "Write it with python -m py.measure fit; public/schema/profile.schema.json says the form."


def schema(subject: Subject) -> Finding:
    """Say whether it fits the published schema, and the engine reads it."""
    if subject.platform is None:
        return Finding("fail", subject.problem, _FORM)
    wrong = schema_error(subject.data, "profile")
    if wrong is not None:
        return Finding("fail", wrong, _FORM)
    models = subject.data["models"]
    kinds = sorted({model["kind"] for model in models})
    return passed(f"{len(models)} models ({', '.join(kinds)}), read by the engine as it stands.")


def schema_error(data: Any, name: str) -> str | None:
    """Return where something differs from a published schema; None where it fits."""
    try:
        from jsonschema import Draft202012Validator  # the engine's own reader does without
    except ImportError:
        return None
    document = json.loads((PUBLIC / "schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    for error in Draft202012Validator(document).iter_errors(data):
        return f"At {error.json_path}: {shortened(error.message, _MOST_SHOWN)}."
    return None


def name_and_size(subject: Subject) -> Finding:
    """Say whether the file is called as its id, and small enough for the page."""
    identity = str(subject.data.get("id"))
    if subject.path.stem != identity:
        return Finding(
            "fail",
            f"The file is called {subject.name[:80]}, and its id is {identity[:80]!r}.",
            f"Call the file {identity[:64]}.json, or fit again with another --id.",
        )
    size, most = len(subject.text.encode()), bounds().most_bytes
    if size > most:
        return Finding(
            "fail",
            f"It has {size:,} bytes, and the page takes {most:,}.",
            "Measure fewer kinds or precisions for one profile.",
        )
    return passed(f"The file is called as its id, and has {size:,} of at most {most:,} bytes.")
