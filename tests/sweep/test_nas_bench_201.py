"""The worked example: all of a search space, as the command writes it."""

import json
from pathlib import Path

import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from py.breakdown import Options, platform_for, price
from py.platforms.load import read_platform_file
from py.sweep.nas_bench_201 import PLATFORMS, main
from py.sweep.population.spaces import nas_bench_201
from py.terminal import FINE

SPACE = 5**6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a run."""
    folder = tmp_path_factory.mktemp("space")
    cache = str(folder / "answers.sqlite")
    assert main(["--output", str(folder / "out"), "--cache", cache, "--one-process"]) == FINE
    return folder / "out"


def test_every_architecture_is_there_once_on_each_platform(folder: Path) -> None:
    table = pq.read_table(folder / "rows.parquet")
    assert table.num_rows == SPACE * len(PLATFORMS)
    pairs = set(zip(table["model"].to_pylist(), table["platform"].to_pylist(), strict=True))
    assert len(pairs) == table.num_rows
    assert len(set(table["id"].to_pylist())) == table.num_rows
    assert set(table["status"].to_pylist()) == {"ok"}


@pytest.mark.parametrize("place", [0, 9, 4_711, 15_624])
def test_rows_are_those_of_a_file(folder: Path, place: int) -> None:
    """The files of the space are priced like all others; the same digits come out here."""
    name = nas_bench_201.architectures()[place]
    rows = pq.read_table(folder / "rows.parquet", filters=[("model", "==", name)]).to_pylist()
    assert [row["platform"] for row in rows] == list(PLATFORMS)
    model = nas_bench_201.network(name).model()
    for row in rows:
        options = Options()
        platform = platform_for(read_platform_file(row["platform"]), options)
        result = price(model, platform, options)
        assert row["energy_j"] == result.energy_j
        assert row["time_s"] == result.time_s
        assert (row["macs"], row["parameters"]) == (model.macs, model.parameters)


def test_the_largest_has_the_published_macs(folder: Path) -> None:
    """220.12 M FLOPs are published for it, of which ten are the classifier's biases."""
    table = pq.read_table(folder / "rows.parquet", columns=["macs"])
    assert round(max(table["macs"].to_pylist()) / 1e6, 2) == 220.12


def test_the_picture_and_what_made_it_are_there(folder: Path) -> None:
    page = (folder / "summary.html").read_text(encoding="utf-8")
    assert "How far MACs mislead" in page
    assert "15,625" in page
    provenance = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert json.loads(provenance["sweep"])["space"] == "nas-bench-201"
    assert set(json.loads(provenance["platforms"])) == set(PLATFORMS)
