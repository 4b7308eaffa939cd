"""From a capture to a profile and its errors: networks predicted by fits that never saw them."""

import json
from pathlib import Path

import pytest

from py.measure.fit.apart import Without, predicted
from py.measure.gpu.judging import id_of, judge, keep, told, workers_of
from py.measure.table.rows import read_rows
from py.platforms.load import platform_from_json, read_platform_file
from py.platforms.measured.engine import Measured
from tests.measure.gpu.made_capture import make_capture

NETWORKS = ("squeezenet1_1", "resnet18")


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gpu") / "capture.csv.gz"
    make_capture(path, 420, NETWORKS, powered=1)
    return path


def test_networks_are_found_again_without_their_own_shapes(capture: Path, tmp_path: Path) -> None:
    said: list[str] = []
    found = judge(capture, "a-gpu", said.append)
    assert {(one.network, one.batch, one.dtype) for one in found.apart} == {
        (name, batch, dtype)
        for name in NETWORKS
        for batch in (64, 256)
        for dtype in ("fp32", "bf16")
    }
    for one in found.apart:
        assert one.note == ""
        assert one.time_error == pytest.approx(0, abs=0.06)  # rows are off by up to 0.03
        assert one.energy_error == pytest.approx(0, abs=0.15)
    keep(found, tmp_path, said.append)
    platform = platform_from_json(read_platform_file(str(tmp_path / "a-gpu.json")))
    assert isinstance(platform, Measured)
    assert {name for name, _ in platform.profile.models} >= {"conv", "dense", "pool"}
    assert {dtype for _, dtype in platform.profile.models} == {"32x32", "bf16"}
    assert (tmp_path / "report" / "report.txt").is_file()
    networks = json.loads((tmp_path / "networks.json").read_text())
    assert len(networks["without_own_shapes"]) == len(networks["with_own_shapes"]) == 8
    text = told(found)
    assert "conv bf16" in text
    assert "hoped 7%" in text
    assert "mean error of energy" in text


def test_own_shapes_are_gone_at_every_batch_and_precision(capture: Path) -> None:
    layers = [row for row in read_rows([capture]).rows if row.is_layer]
    left = list(Without(layers, "squeezenet1_1"))
    gone = [row for row in layers if row not in left]
    assert {row.dtype for row in gone} == {"fp32", "bf16"}
    assert len({row.batch for row in gone}) >= 1
    fires = [row for row in layers if row.op == "conv" and (row.cin, row.cout) == (64, 16)]
    assert fires
    assert all(row in gone for row in fires if row.h == 56)
    assert 0 < len(gone) < len(layers) / 2


def test_layers_without_own_shapes_are_read_anew_and_not_held(capture: Path) -> None:
    from py.measure.table.rows import stream_rows

    found = Without(stream_rows([capture]), "resnet18")
    assert iter(found) is not iter(found)
    once = list(found)
    assert once == list(found) == list(Without(read_rows([capture]).rows, "resnet18"))


def test_fewer_fits_run_side_by_side_of_a_larger_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    assert [workers_of(size) for size in (0, 200_000, 5_000_000, 10**9)] == [16, 16, 4, 1]


def test_a_network_that_no_fit_answers_for_is_unknown_with_its_reason(capture: Path) -> None:
    from dataclasses import replace
    from types import SimpleNamespace

    from py.errors import JoulegraphError

    def answer(_: object) -> object:
        raise JoulegraphError("time-unknown", "There is none.", "Measure more.")

    row = next(row for row in read_rows([capture]).rows if row.is_network)
    found = predicted(SimpleNamespace(answer=answer), row)  # type: ignore[arg-type]
    assert (found.time_error, found.energy_error, found.note) == (None, None, "There is none.")
    assert replace(found, predicted_s=2 * found.time_s).time_error == 1


def test_an_id_is_made_of_the_device() -> None:
    assert id_of("NVIDIA H200") == "nvidia-h200-torch"
    assert id_of("  ") == "gpu-torch"
