"""What the page asks about several results at once: the verb ``compare``."""

from typing import Any

from py.compared import MOST_RUNS, Run, compare, comparison_csv
from py.compared.error_table import errors_of
from py.compared.finding import finding, order
from py.compared.precision_text import fronts_in_words
from py.compared.text import cascade_in_words
from py.errors import JoulegraphError
from py.graph.weights import Count
from py.page_options import bad_request
from py.page_request import Progress


def compare_runs(
    request: dict[str, Any], progress: Progress | None = None, count: Count | None = None
) -> dict[str, Any]:
    """Answer ``{"do": "compare", "runs": [{"name", "result", "error", "pass_on"}], "base": 0}``.

    ``result`` is a result's JSON, details apart or not; py.compared.run says what of it is read.
    ``error`` and ``pass_on`` are shares or null. The answer has ``comparison``, of
    joulegraph/comparison/1, ``said`` with the ``finding`` and the ``order`` of rows by difference
    for each quantity, ``fronts`` and ``cascade`` in words. With ``"format": "csv"`` it has
    ``text``, the comparison as CSV, instead; with ``errors``, a table of errors, and the ``names``
    of each run and its model, it has the error of each run, or null, instead.
    """
    del progress, count  # it takes a moment, and reads no file
    errors = request.get("errors")
    if isinstance(errors, str):
        return {"errors": _matched(errors_of(errors), request.get("names"))}
    runs = request.get("runs")
    if not isinstance(runs, list) or not 1 <= len(runs) <= MOST_RUNS:
        raise bad_request("runs", f"a list of 1 to {MOST_RUNS} runs", runs)
    base = request.get("base", 0)
    if isinstance(base, bool) or not isinstance(base, int):
        raise bad_request("base", "the place of a run", base)
    read = []
    for run in runs:
        if not isinstance(run, dict):
            raise bad_request("runs", "runs with a name and a result", run)
        read.append(
            Run.from_json(run.get("name"), run.get("result"), run.get("error"), run.get("pass_on"))
        )
    comparison = compare(read, base)
    if request.get("format") == "csv":
        return {"text": comparison_csv(comparison)}
    return {
        "comparison": comparison.as_json(),
        "said": {
            quantity: {
                "finding": finding(comparison, quantity),
                "order": order(comparison, quantity),
            }
            for quantity in comparison.quantities
        },
        "fronts": fronts_in_words(comparison),
        "cascade": cascade_in_words(comparison),
    }


def _matched(errors: dict[str, float], names: Any) -> list[float | None]:
    """Return the error of each run, by its name, else by its model's."""
    pairs = names if isinstance(names, list) else []
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise bad_request("names", "pairs of a run's name and its model's", names)
    found = [errors.get(str(name), errors.get(str(model))) for name, model in pairs]
    if all(error is None for error in found):
        given = ", ".join(list(errors)[:3])
        raise JoulegraphError(
            "errors-unmatched",
            f"The table has errors of {given[:90]}; no run to be compared is called so.",
            "Keep those runs first, or name them so.",
        )
    return found
