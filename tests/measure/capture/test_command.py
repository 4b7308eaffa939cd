"""``py.measure capture`` at the terminal: what it says, exit codes, going on."""

import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from py.errors import JoulegraphError
from py.measure.__main__ import main
from py.measure.capture import session
from py.measure.capture.choice import choose, default_output, device_slug
from py.measure.capture.clock_plan import spread
from py.measure.capture.method import Method
from py.measure.capture.reading import open_capture
from py.measure.capture.station import Station
from py.measure.machine import describe
from py.measure.machine.facts import MachineFacts
from py.measure.machine.gpu import Gpu
from py.measure.machine.host import host_at
from py.measure.machine.processor import Processor
from py.measure.machine.software import Software
from py.measure.meters.report import MeterReport
from py.measure.plans.plan import Plan, make_plan
from py.measure.plans.shape import Shape
from py.terminal import run
from tests.measure.capture.made import FAKE_METERS, FAKE_RUNNER, NO_METERS, layers

SHAPES = (*layers(4), Shape("fc", 9, variant="refuse"), Shape("network", 1, network="alexnet"))
METHOD = Method(window_s=0.001, network_s=0.001, least_warm_up_s=1e-4, updates=2, idle_s=0.02)


@pytest.fixture
def facts(tmp_path: Path) -> MachineFacts:
    """A machine of which nothing is known."""
    return describe.look_at(host_at(tmp_path / "none"), lambda _: ((), ()), 0.01)


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch, facts: MachineFacts, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(describe, "describe", lambda: facts)
    monkeypatch.setattr(session, "make_plan", lambda name, device, **_: Plan(name, SHAPES, 60.0))
    monkeypatch.setattr(session, "method_of", lambda plan: METHOD)


def _capture(*given: str, meters: str = NO_METERS) -> int:
    options = ["--plan", "quick", "--runner", FAKE_RUNNER, "--device", "cpu", "--meters", meters]
    return run(main, ["capture", *options, *given])


def _rows(path: str) -> list[Mapping[str, str]]:
    with open_capture(Path(path)) as found:
        return list(found.rows())


def test_it_says_what_it_does_and_what_became_of_it(
    facts: MachineFacts, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _capture() == 0
    found = capsys.readouterr()
    assert found.out == ""
    assert "Plan quick: 5 layers and 1 network by fake 1 on cpu, at most about 62 s." in found.err
    assert facts.verdict, "what can be measured, and what not"
    assert all(sentence in found.err for sentence in facts.verdict)
    assert "Rows go to cpu-fake-quick.csv.gz. Ctrl-C stops; the same command goes on." in found.err
    assert "cpu-fake-quick.csv.gz: 5 rows measured, 1 skipped." in found.err
    rows = _rows("cpu-fake-quick.csv.gz")
    assert [row["op"] for row in rows] == ["fc"] * 5 + ["network"], "no meter, no idle rows"
    with open_capture(Path("cpu-fake-quick.csv.gz")) as found_file:
        header = found_file.header
    assert header is not None
    assert header.runner == {"runner": "fake", "version": "1"}
    assert header.machine["schema"].startswith("joulegraph/doctor/")
    assert Method(**header.method) == METHOD


def test_the_same_command_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert _capture("--output", "a.csv.gz") == 0
    before = Path("a.csv.gz").read_bytes()
    capsys.readouterr()
    assert _capture("--output", "a.csv.gz") == 0
    assert "6 rows are there; the rest goes to a.csv.gz." in capsys.readouterr().err
    assert Path("a.csv.gz").read_bytes() == before


def test_with_meters_there_are_idle_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert _capture("--output", "a.csv.gz", meters=FAKE_METERS) == 0
    assert "Meters: fake." in capsys.readouterr().err
    rows = _rows("a.csv.gz")
    assert [row["op"] for row in rows if row["op"] in ("idle", "network")] == [
        *("idle", "network", "idle")
    ]
    assert all(row["power_w"] for row in rows if not row["note"])


def _slow_meter(monkeypatch: pytest.MonkeyPatch, facts: MachineFacts, period_s: float) -> None:
    slow = MeterReport("fake", "package", "counter", True, "made up", update_period_s=period_s)
    monkeypatch.setattr(describe, "describe", lambda: replace(facts, meters=(slow,)))


def test_with_a_slow_meter_layers_take_turns_and_energy_has_time_of_its_own(
    monkeypatch: pytest.MonkeyPatch, facts: MachineFacts, capsys: pytest.CaptureFixture[str]
) -> None:
    shapes = (*layers(80), Shape("network", 1, network="alexnet"))
    monkeypatch.setattr(session, "make_plan", lambda name, device, **_: Plan(name, shapes, 60.0))
    _slow_meter(monkeypatch, facts, 10.0)
    assert _capture("--output", "a.csv.gz", meters=FAKE_METERS) == 0
    said = capsys.readouterr().err
    # 24 windows of 20 s beside the plan's minute, and two of the network.
    assert f"at most about {(60 + 24 * 20 + 2 * 20 + 1.5) / 60:.0f} min" in said
    assert "takes 20.0 s, 2 steps of its meter: 24 layers have theirs first" in said
    rows = _rows("a.csv.gz")
    powered = [bool(row["power_w"]) for row in rows if row["op"] == "fc"]
    assert powered[:24] == [True] * 24
    assert powered[24:] == [place % 3 == 2 for place in range(56)]
    assert rows[-2]["op"] == "network"
    assert rows[-2]["power_w"]


def test_where_there_is_no_time_for_energy_that_is_said(
    monkeypatch: pytest.MonkeyPatch, facts: MachineFacts, capsys: pytest.CaptureFixture[str]
) -> None:
    shapes = tuple(layers(80))
    monkeypatch.setattr(session, "make_plan", lambda name, device, **_: Plan(name, shapes, 60.0))
    _slow_meter(monkeypatch, facts, 1.0)
    assert _capture("--minutes", "1", meters=FAKE_METERS) == 0
    said = capsys.readouterr().err
    assert "All layers get 60 s, as --minutes asks" in said
    assert "about 15 layers of the 24 that fits of powers need have theirs. --minutes 2 is" in said


def test_minutes_may_be_others_when_it_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("py.measure.capture.run.took_cell", lambda _: "20.000")
    assert _capture("--output", "a.csv.gz", "--minutes", "1") == 0
    assert [row["op"] for row in _rows("a.csv.gz")] == ["fc"] * 3 + ["network"]
    said = capsys.readouterr().err
    assert "All layers get 60 s, as --minutes asks" in said
    assert "There was no time for 2 rows; with more --minutes the same command goes on" in said
    assert _capture("--output", "a.csv.gz", "--minutes", "1") == 0
    assert len(_rows("a.csv.gz")) == 4, "its time is spent"
    assert "at most about 0 s" in capsys.readouterr().err
    assert _capture("--output", "a.csv.gz", "--minutes", "5") == 0
    assert [row["op"] for row in _rows("a.csv.gz")] == ["fc"] * 3 + ["network"] + ["fc"] * 2


@pytest.mark.parametrize("text", ["0", "nan", "-1", "1441", "a"])
def test_minutes_are_bounded(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["capture", "--minutes", text])
    assert "from 0 to 1440" in capsys.readouterr().err


def test_a_failed_row_is_said_and_tried_again_where_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shapes = (*layers(1), Shape("fc", 9, variant="raise"))
    monkeypatch.setattr(session, "make_plan", lambda name, device, **_: Plan(name, shapes, 60.0))
    assert _capture("--output", "a.csv.gz") == 1
    assert "1 row measured, 1 failed (--retry tries again)" in capsys.readouterr().err
    assert _capture("--output", "a.csv.gz") == 1
    assert "2 rows are there" in capsys.readouterr().err
    assert _capture("--output", "a.csv.gz", "--retry") == 1
    assert "1 row is there" in capsys.readouterr().err
    assert len(_rows("a.csv.gz")) == 2


def test_another_plan_needs_another_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _capture("--output", "a.csv.gz") == 0
    monkeypatch.setattr(session, "make_plan", lambda name, device, **_: Plan(name, SHAPES[1:], 60))
    assert _capture("--output", "a.csv.gz") == 2
    assert "[capture-differs]" in capsys.readouterr().err


def test_a_permission_given_later_is_told_and_begins_a_capture_anew(
    monkeypatch: pytest.MonkeyPatch, facts: MachineFacts, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _capture("--output", "a.csv.gz") == 0
    _slow_meter(monkeypatch, facts, 0.001)
    assert _capture("--output", "a.csv.gz") == 2
    said = capsys.readouterr().err
    assert "the meter fake works now and did not when it was begun" in said
    assert "Begin anew with another --output" in said
    assert _capture("--output", "b.csv.gz") == 0


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["--dtype", "fp31"], "dtype-unknown"),
        (["--setting", "threads"], "settings-invalid"),
        (["--output", "none/a.csv.gz"], "unwritable"),
        (["--device", "none"], "runner-refused"),
        (["--device", "dies"], "runner-dies"),
        (["--plan", "clocks"], "clocks-refused"),
    ],
)
def test_bad_use_is_one_error(
    given: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _capture(*given) == 2
    assert f"[{code}]" in capsys.readouterr().err


def test_an_unknown_network_is_one_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(session, "make_plan", make_plan)
    assert _capture("--networks", "../../etc/passwd") == 2
    assert "[plan-invalid]" in capsys.readouterr().err


def test_an_unknown_runner_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as error:
        main(["capture", "--runner", "abacus"])
    assert error.value.code == 2
    assert "one of onnxruntime, torch" in capsys.readouterr().err


def test_ctrl_c_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measure = Station.measure

    def interrupted(self: Station, shape: Shape) -> Any:
        if shape.batch == 3:
            signal.raise_signal(signal.SIGINT)
        return measure(self, shape)

    with monkeypatch.context() as patch:
        patch.setattr(Station, "measure", interrupted)
        assert _capture("--output", "a.csv.gz") == 130
    assert "the same command goes on" in capsys.readouterr().err.splitlines()[-1]
    assert len(_rows("a.csv.gz")) == 2
    assert _capture("--output", "a.csv.gz") == 0
    assert len(_rows("a.csv.gz")) == 6


def test_a_capture_with_torch_needs_torch_and_numpy_alone() -> None:
    """Nothing else is imported before a runner asks for it."""
    code = (
        "import sys\n"
        "banned = {'onnx', 'onnxruntime', 'sklearn', 'scipy', 'rich', 'zeus', 'pynvml', 'torch'}\n"
        "class Ban:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name.partition('.')[0] in banned: raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Ban())\n"
        "import py.measure.__main__\n"
        "import py.measure.capture.session, py.measure.capture.worker\n"
        "import py.measure.machine.describe, py.measure.meters.probe\n"
        "from py.measure.plans.plan import make_plan\n"
        "assert make_plan('quick', 'cuda:0').shapes\n"
        "from py.measure.capture.command import progress_here; progress_here()\n"
    )
    root = Path(__file__).resolve().parents[3]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


# --- what is chosen where nobody says -----------------------------------------------------------


def _software(**devices: tuple[str, ...]) -> list[Software]:
    names = ("onnxruntime", "torch")
    return [
        Software(name, True, "1", devices[name])
        if name in devices
        else Software(name, False, reason="not installed", remedy=f"pip install {name}")
        for name in names
    ]


@pytest.mark.parametrize(
    ("devices", "given", "chosen"),
    [
        ({"onnxruntime": ("cpu",)}, (None, None), ("onnxruntime", "cpu")),
        ({"onnxruntime": ("cpu",), "torch": ("cpu",)}, (None, None), ("onnxruntime", "cpu")),
        ({"torch": ("cpu",)}, (None, None), ("torch", "cpu")),
        (
            {"onnxruntime": ("cpu",), "torch": ("cpu", "cuda:0")},
            *((None, None), ("torch", "cuda:0")),
        ),
        ({"onnxruntime": ("cpu", "cuda")}, (None, None), ("onnxruntime", "cuda:0")),
        ({"torch": ("cpu", "cuda:0")}, (None, "cpu"), ("torch", "cpu")),
        ({"torch": ("cpu", "cuda:0")}, ("torch", None), ("torch", "cuda:0")),
        ({"torch": ("cpu", "cuda:0")}, (None, "cuda"), ("torch", "cuda:0")),
        ({"torch": ("cpu", "cuda:0", "cuda:1")}, (None, "cuda:1"), ("torch", "cuda:1")),
        ({}, ("torch", "cuda:0"), ("torch", "cuda:0")),
        ({}, ("torch", None), ("torch", "cpu")),
    ],
)
def test_the_fastest_there_is_is_chosen(
    devices: dict[str, tuple[str, ...]], given: tuple[str | None, str | None], chosen: object
) -> None:
    assert choose(_software(**devices), *given) == chosen


@pytest.mark.parametrize("runner", [None, "onnxruntime"])
def test_a_gpu_that_no_runner_sees_is_refused(runner: str | None) -> None:
    with pytest.raises(JoulegraphError, match=r"No GPU .* got 'cuda:0'") as raised:
        choose(_software(onnxruntime=("cpu",)), runner, "cuda")
    assert raised.value.code == "device-missing"


def test_onnxruntime_is_asked_for_single_precision_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = ["capture", "--runner", "onnxruntime", "--device", "cpu", "--dtype", "fp32,fp16"]
    assert run(main, given) == 2
    assert "[dtype-unknown]" in capsys.readouterr().err


def test_without_a_runner_the_error_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, facts: MachineFacts, capsys: pytest.CaptureFixture[str]
) -> None:
    none = replace(facts, software=tuple(_software()))
    monkeypatch.setattr(describe, "describe", lambda: none)
    assert run(main, ["capture"]) == 2
    assert "pip install onnxruntime" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Intel(R) Core(TM) i7-9750H CPU @ 2.60GHz", "intel-core-i7-9750h"),
        ("AMD Ryzen 7 5800X 8-Core Processor", "amd-ryzen-7-5800x"),
        ("11th Gen Intel(R) Core(TM) i5-1135G7 @ 2.40GHz", "intel-core-i5-1135g7"),
        ("AMD Ryzen 7 7840U w/ Radeon 780M Graphics", "amd-ryzen-7-7840u-w-radeon-780m"),
        ("Arm Neoverse-N1", "arm-neoverse-n1"),
        ("处理器", "cpu"),
        (None, "cpu"),
    ],
)
def test_a_file_is_named_by_its_device(facts: MachineFacts, name: str | None, slug: str) -> None:
    machine = replace(
        facts, processor=Processor(name=name), gpus=(Gpu(0, "NVIDIA A100-SXM4-40GB"),)
    )
    assert device_slug(machine, "cpu") == slug
    assert device_slug(machine, "cuda:0") == "a100-sxm4-40gb"
    assert device_slug(machine, "cuda:1") == "cuda"
    two = replace(machine, gpus=(*machine.gpus, Gpu(1, "NVIDIA T4")))
    assert device_slug(two, "cuda:0") == "cuda", "CUDA may count them in another order"
    assert default_output(machine, "torch", "cuda:0", "standard", ("bf16",)) == (
        "a100-sxm4-40gb-torch-bf16-standard.csv.gz"
    )


def test_clocks_are_spread_from_the_lowest_to_the_highest() -> None:
    assert spread(range(210, 1981, 15)) == (210, 465, 720, 975, 1215, 1470, 1725, 1980)
    assert spread([3, 1, 2, 3]) == (1, 2, 3)
