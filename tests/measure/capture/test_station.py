"""The process that measures: what one shape does to it costs that shape alone."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from py.errors import JoulegraphError
from py.measure.capture.method import Method
from py.measure.capture.station import Equipment, Station
from py.measure.capture.time_limit import time_limit_s
from py.measure.plans.shape import Shape
from tests.measure.capture.made import FAKE_METERS, FAKE_RUNNER

METHOD = Method(window_s=0.001, network_s=0.001, least_warm_up_s=1e-4, updates=2, idle_s=0.02)


def _equipment(**others: Any) -> Equipment:
    values: dict[str, Any] = {"runner": FAKE_RUNNER, "device": "cpu", "method": METHOD}
    return Equipment(**(values | others))


@pytest.fixture(scope="module")
def station() -> Iterator[Station]:
    with Station(_equipment()) as opened:
        yield opened


def _shape(variant: str | None = None) -> Shape:
    return Shape("fc", 1, cin=8, cout=8, variant=variant)


def test_it_says_what_it_is_and_measures(station: Station) -> None:
    assert station.opened is not None
    assert station.opened.identity == {"runner": "fake", "version": "1"}
    assert station.opened.meters == ()
    assert station.opened.unknown == ""
    cells = station.measure(_shape())
    assert cells["runtime_ms"] == "1"
    assert int(cells["repetitions"]) >= 2
    assert cells["power_w"] == cells["energy_mj"] == cells["package_mj"] == ""
    assert cells["note"] == ""


@pytest.mark.parametrize(
    ("variant", "note"),
    [
        ("abort", "failed: the process ended with signal 6 (SIGABRT)"),
        ("segfault", "failed: the process ended with signal 11 (SIGSEGV)"),
        ("kill", "failed: the process ended with signal 9 (SIGKILL)"),
        ("exit", "failed: the process ended with exit code 0"),
        ("raise", "failed: ValueError: a kernel is missing"),
        ("refuse", "skipped: no kernel for this"),
        ("home", "failed: OSError: no file ~ on (left out)"),
        ("house", "skipped: no kernel in ~"),
        ("cuda", "skipped: out of memory"),
        ("gobble", "skipped: out of memory"),
    ],
)
def test_a_shape_that_goes_wrong_costs_itself_alone(
    station: Station, variant: str, note: str
) -> None:
    assert station.measure(_shape(variant)) == {"note": note}
    assert station.measure(_shape())["runtime_ms"] == "1"


def test_a_shape_larger_than_memory_is_not_tried(station: Station) -> None:
    note = station.measure(_shape("huge"))["note"]
    assert note.startswith("skipped: needs 1152921504.6 GB, ")
    assert note.endswith(" GB are free")


@pytest.mark.parametrize("variant", ["chat", "talk"])
def test_what_a_runner_prints_and_reads_is_no_answer(station: Station, variant: str) -> None:
    before = station.process_id
    assert station.measure(_shape(variant))["runtime_ms"] == "1"
    assert station.process_id == before


def test_a_shape_that_hangs_is_given_up() -> None:
    with Station(_equipment(), lambda shape, _: 0.3 if shape.variant else 300.0) as station:
        assert station.measure(_shape("hang")) == {"note": "failed: no answer within 0 s"}
        assert station.measure(_shape())["runtime_ms"] == "1"


def test_a_process_that_broke_is_not_used_again(station: Station) -> None:
    station.measure(_shape())
    before = station.process_id
    station.measure(_shape("refuse"))
    assert station.process_id == before
    station.measure(_shape("raise"))
    station.measure(_shape())
    assert station.process_id != before


def test_a_process_that_dies_again_and_again_ends_the_run() -> None:
    with Station(_equipment()) as station:
        for _ in range(7):
            assert station.measure(_shape("abort"))["note"].startswith("failed")
        with pytest.raises(JoulegraphError) as error:
            station.measure(_shape("abort"))
    assert error.value.code == "runner-dies"
    assert "8 times in a row" in error.value.message


def test_a_process_in_which_everything_fails_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with Station(_equipment()) as station:
        monkeypatch.setattr(station, "stop", lambda: None)  # a new one each time takes long
        for _ in range(29):
            assert station.measure(_shape("raise"))["note"].startswith("failed")
        with pytest.raises(JoulegraphError, match="30 times in a row: failed: ValueError"):
            station.measure(_shape("raise"))
        monkeypatch.undo()


def test_a_system_that_starts_no_process_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("subprocess.Popen", none)
    with pytest.raises(JoulegraphError, match="Resource temporarily unavailable") as error:
        Station(_equipment()).open()
    assert error.value.code == "runner-dies"


def test_a_runner_that_dies_at_its_start_says_its_last_words() -> None:
    with pytest.raises(JoulegraphError) as error:
        Station(_equipment(device="dies")).open()
    assert error.value.code == "runner-dies"
    assert "libfake.so: cannot open" in error.value.message
    assert "SIGABRT" in error.value.message


@pytest.mark.parametrize(
    ("others", "code", "said"),
    [
        ({"device": "none"}, "runner-refused", "there is no such device"),
        ({"device": "strange"}, "runner-missing", "no_such_package"),
        ({"runner": "abacus"}, "runner-unknown", "onnxruntime, torch"),
    ],
)
def test_a_runner_that_can_not_be_opened_says_why(
    others: dict[str, Any], code: str, said: str
) -> None:
    with pytest.raises(JoulegraphError) as error:
        Station(_equipment(**others)).open()
    assert error.value.code == code
    assert said in str(error.value)


def test_meters_are_read() -> None:
    with Station(_equipment(meters=FAKE_METERS)) as station:
        assert station.opened is not None
        assert station.opened.meters == ("fake",)
        assert station.opened.measured == "package"
        cells = station.idle()
        assert float(cells["power_w"]) == pytest.approx(10.0, rel=0.2)
        assert cells["runtime_ms"] == ""
        assert float(cells["window_s"]) > 0.01
        assert cells["power_samples_w"].startswith("10")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="Linux says there what a process is")
def test_memory_runs_out_for_it_before_its_parent(station: Station) -> None:
    station.measure(_shape())
    adjusted = Path(f"/proc/{station.process_id}/oom_score_adj").read_text(encoding="ascii")
    assert adjusted.strip() == "1000"


def test_it_leaves_interrupts_to_its_parent(station: Station) -> None:
    station.measure(_shape())
    before = station.process_id
    assert before is not None
    os.kill(before, signal.SIGINT)
    assert station.measure(_shape())["runtime_ms"] == "1"
    assert station.process_id == before


def test_it_ends_when_nobody_asks_any_more() -> None:
    station = Station(_equipment())
    station.open()
    child = station._child
    assert child is not None
    child.close()
    for _ in range(100):
        try:
            os.kill(child.process_id, 0)
        except ProcessLookupError:
            break
        time.sleep(0.1)
    else:
        pytest.fail("it lives on")


def test_the_limit_of_time_grows_with_the_shape() -> None:
    small, large = (Shape("fc", batch, cin=4096, cout=4096) for batch in (1, 256))
    slow = Method(most_windows=4, most_window_s=300.0)
    assert time_limit_s(small, slow) > 4 * 300, "all windows that there may be"
    assert 60 < time_limit_s(small, METHOD) < time_limit_s(large, METHOD) <= 4 * 3600
    assert time_limit_s(Shape("network", 1, network="alexnet"), METHOD) > 600
    assert time_limit_s(Shape("conv", 1), METHOD) > 600
