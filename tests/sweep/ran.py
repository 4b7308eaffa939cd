"""The program, run in this process: its rows, beside what ``python -m py.estimate`` says."""

import io
import json
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq  # type: ignore[import-untyped]

from py import estimate
from py.forms import DEFAULT_SITE
from py.sweep.__main__ import main


class Ran(NamedTuple):
    """How a sweep ended: its exit code, rows in order, what it printed and said."""

    code: int
    rows: list[dict[str, Any]]
    printed: str
    said: str
    folder: Path


def sweep(folder: Path, *arguments: str) -> Ran:
    """Run a sweep into a folder, with one process and no cache unless they are given."""
    given = [*arguments, "--output", str(folder)]
    given += [] if "--workers" in arguments else ["--workers", "1"]
    given += [] if "--cache" in arguments else ["--cache", "none"]
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as errors:
        code = main(given)
    rows = pq.read_table(folder / "rows.parquet").to_pylist()
    return Ran(code, rows, out.getvalue(), errors.getvalue(), folder)


def estimated(*arguments: str) -> dict[str, Any]:
    """Return the result of ``py.estimate`` as JSON, with its exit code as ``code``."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()):
        code = estimate.main([*arguments, "--format", "json"])
    document: dict[str, Any] = json.loads(out.getvalue())
    return {**document, "code": code}


def told_by(document: dict[str, Any], *, link: bool = True) -> dict[str, Any]:
    """Return what a row must say of a result, by the names of its columns."""
    totals = document["totals"]
    interval = totals["interval"] or {}
    ends: dict[str, Any] = {}
    for quantity in ("energy", "time"):
        unit = "j" if quantity == "energy" else "s"
        low, high = interval.get(f"{quantity}_{unit}") or (None, None)
        ends |= {f"{quantity}_low_{unit}": low, f"{quantity}_high_{unit}": high}
    batch = document["options"]["batch"]
    return {
        "status": "partial" if document["code"] else "ok",
        "model": document["model"]["name"],
        "platform": document["platform"]["id"],
        "platform_kind": document["platform"]["kind"],
        "platform_hash": document["platform"]["hash"],
        "batch": batch,
        "macs": totals["macs"],
        "parameters": totals["parameters"],
        **{name: totals[name] for name in ("energy_j", "energy_macs", "time_s", "power_w")},
        **ends,
        "per_inference_energy_j": totals["per_inference"]["energy_j"],
        "per_inference_time_s": totals["per_inference"]["time_s"],
        **({"link": f"{DEFAULT_SITE}{document['link']}"} if link else {}),
    }


def differences(
    row: dict[str, Any], document: dict[str, Any], *, link: bool = True
) -> dict[str, tuple[Any, Any]]:
    """Return where a row does not say, to the digit, what a result does: both values by column."""
    expected = told_by(document, link=link)
    return {name: (row[name], own) for name, own in expected.items() if row[name] != own}


def options(words: Sequence[str], flag: str) -> list[str]:
    """Return a flag before each word."""
    return [part for word in words for part in (flag, word)]
