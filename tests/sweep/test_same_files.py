"""The same sweep gives the same files, to the byte, whoever works for it and whatever is known."""

import csv
import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from tests.sweep.made import FAILED, FILES, ROWS, arguments, files_in, models_in, swept

WAYS = {
    "warm": ("--workers", "1", "--cache", "answers.sqlite"),
    "warm, in two with bounded memory": (
        *("--workers", "2", "--memory", "2GiB"),
        *("--cache", "answers.sqlite"),
    ),
    "in eight processes": ("--workers", "8"),
    "on a cluster of its own": ("--scheduler", "local", "--workers", "2"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with models, and with the files of their sweep in one process, from nothing."""
    folder = tmp_path_factory.mktemp("sweep")
    models_in(folder)
    swept(folder, arguments("first", "--workers", "1", "--cache", "answers.sqlite"))
    return folder


def test_the_sweep_is_what_the_others_are_held_against(folder: Path) -> None:
    with (folder / "first" / "rows.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["id"] for row in rows}) == len(rows) == ROWS
    statuses = Counter(row["status"] for row in rows)
    assert statuses["failed"] == FAILED
    assert statuses["partial"] > 0
    assert statuses["ok"] > ROWS / 2
    assert all(row["reason"] for row in rows if row["status"] != "ok")
    assert all(float(row["energy_j"]) > 0 for row in rows if row["status"] == "ok")
    table = pq.read_table(folder / "first" / "rows.parquet")
    assert [row["id"] for row in table.to_pylist()] == [row["id"] for row in rows]
    layers = pq.read_table(folder / "first" / "layers.parquet").column("id").to_pylist()
    assert set(layers) == {row["id"] for row in rows if row["status"] != "failed"}


@pytest.mark.parametrize("way", WAYS)
def test_the_same_files_whichever_way(folder: Path, way: str) -> None:
    output = way.replace(" ", "-")
    swept(folder, arguments(output, *WAYS[way]))
    assert files_in(folder / output) == files_in(folder / "first")


def test_the_files_know_nothing_of_where_and_when_they_were_made(folder: Path) -> None:
    found = files_in(folder / "first")
    assert found.keys() == FILES
    json.loads(found["provenance.json"])
    for name, content in found.items():
        assert str(folder).encode() not in content, name
