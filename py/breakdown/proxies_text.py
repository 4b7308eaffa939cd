"""How well each proxy ranks the layers by energy, as text for the terminal."""

from py.breakdown.quantity import with_unit
from py.breakdown.result import Result
from py.columns import columns, printable
from py.layers.report.totals import wrapped

_WORDS = {
    "parameters": "parameters",
    "macs": "MACs",
    "bytes": "bytes",
    "time_s": "time",
    "macs_and_weights": "MACs and weights",
}
_HEADER = ["proxy for energy", "Spearman's rho", "Kendall's tau", "layers"]


def proxies_text(result: Result, width: int) -> str:
    """Return a table of rank correlations, the best first, and how to read it."""
    proxies = result.proxies()
    ordered = sorted(
        _WORDS, key=lambda name: -2.0 if proxies[name] is None else -proxies[name]["spearman"]
    )
    rows = []
    for name in ordered:
        found = proxies[name]
        figures = (
            ["unknown", "unknown", "–"]
            if found is None
            else [f"{found['spearman']:.3f}", f"{found['kendall']:.3f}", str(found["n"])]
        )
        rows.append([_WORDS[name], *figures])
    costs = proxies["costs"]
    each = [with_unit(costs[name], costs["unit"]) for name in ("per_mac", "per_weight")]
    said = (
        "How a proxy ranks the layers against how energy does: 1 alike, 0 at random, -1 reversed. "
        f"MACs and weights: {each[0]} a MAC, {each[1]} a weight ({printable(costs['source'])})."
    )
    return "\n".join(["", *columns(_HEADER, rows), *wrapped("", said, width, "")]) + "\n"
