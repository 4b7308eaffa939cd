"""Made-up results and runs, small enough to work out by hand."""

from collections.abc import Sequence
from typing import Any

from py.compared import Run

NET = ("conv1", "pool1", "fc1")


def loops(m: int = 4, c: int = 3, p: int = 8, r: int = 3, **more: Any) -> dict[str, Any]:
    """Return the loop bounds of a convolution: so many maps, channels, rows, rows of a filter."""
    sizes = {"n": 1, "g": 1, "m": m, "c": c, "p": p, "q": p, "r": r, "s": r}
    return {**sizes, "stride": [1, 1], **more}


def layer(name: str, energy: float | None = 1.0, kind: str = "conv", **more: Any) -> dict[str, Any]:
    """Return a layer of a result; a convolution has loops."""
    return {
        "name": name,
        "kind": kind,
        "op_types": [kind.capitalize()],
        "macs": 100,
        "ops": 10,
        "parameters": 20,
        "energy_j": energy,
        "energy_macs": None if energy is None else 1000 * energy,
        "time_s": None if energy is None else energy / 10,
        "loops": loops() if kind == "conv" else None,
        **more,
    }


def result(layers: Sequence[dict[str, Any]], batch: int = 1, **more: Any) -> dict[str, Any]:
    """Return a result of layers; its totals are theirs."""

    def total(name: str) -> float | None:
        values = [one[name] for one in layers]
        return None if None in values else sum(values)

    names = ("energy_j", "energy_macs", "time_s", "macs", "parameters")
    return {
        "schema": "joulegraph/result/1",
        "engine": "0.1.0",
        "model": {"name": "net"},
        "platform": {"id": "p", "name": "P", "kind": "accelerator"},
        "options": {"batch": batch},
        "totals": {name: total(name) for name in names},
        "layers": list(layers),
        **more,
    }


def run(name: str, layers: Sequence[dict[str, Any]], batch: int = 1, **more: Any) -> Run:
    """Return a run of layers; ``error`` and ``pass_on`` may be given."""
    said = {key: more.pop(key) for key in ("error", "pass_on") if key in more}
    return Run.from_json(name, result(layers, batch, **more), **said)


def costing(name: str, energy: float | None, time: float | None = 1.0, **more: Any) -> Run:
    """Return a run of one layer with this energy and time."""
    return run(name, [layer("a", energy, time_s=time)], **more)
