"""The whole call: doctor, meters of a stand-in for NVML, a process that measures, capture, resume.

Where torch is, it runs on the processor and stands for the GPU; else a runner that runs nothing.
"""

import csv
import gzip
import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import pytest

from tests.measure.gpu.made_capture import make_capture
from tests.measure.meters.power_trace import level
from tests.measure.meters.stand_in import ROOT, Script, StandIn, compile_stand_in

FAKE = ("--runner", "tests.measure.capture.fake_runner:open_runner", "--setting", "seconds=0.0005")
TORCH = ("--runner", "tests.measure.gpu.cpu_as_gpu:open_runner", "--setting", "cache_bytes=100000")
SMALL = ("--plan", "quick", "--networks", "lenet5", "--batches", "1", "--no-fit")


@pytest.fixture(scope="module")
def gpu(tmp_path_factory: pytest.TempPathFactory) -> StandIn:
    return compile_stand_in(tmp_path_factory.mktemp("stand_in"))


def call(
    gpu: StandIn, scratch: Path, *options: str, update_s: float = 0.02
) -> subprocess.CompletedProcess[str]:
    """Run the program where the GPU draws 250 W."""
    script = Script(trace=level(250.0), update_s=update_s)
    return subprocess.run(
        [sys.executable, "-m", "py.measure.gpu", *options],
        env=gpu.environment(script, scratch),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )


def rows_of(capture: Path) -> list[dict[str, str]]:
    text = gzip.decompress(capture.read_bytes()).decode()
    return list(csv.DictReader(text.splitlines()[1:]))


@pytest.mark.parametrize(
    ("runner", "minutes"),
    [
        pytest.param(FAKE, "0.4", id="fake"),
        pytest.param(
            *(TORCH, "1"),
            id="torch",
            marks=pytest.mark.skipif(
                importlib.util.find_spec("torch") is None, reason="torch is not installed here"
            ),
        ),
    ],
)
def test_a_call_keeps_to_its_time_and_the_next_goes_on(
    gpu: StandIn, tmp_path: Path, runner: Sequence[str], minutes: str
) -> None:
    folder = tmp_path / "out"
    options = ("--output", str(folder), "--minutes", minutes, *SMALL, *runner)
    ended = call(gpu, tmp_path, *options)
    assert ended.returncode in (0, 1), ended.stderr
    assert "Energy of GPU 0 can be measured" in ended.stderr
    first = rows_of(folder / "capture.csv.gz")
    layers = [row for row in first if row["op"] not in ("idle", "network")]
    assert layers
    assert (folder / "doctor.json").is_file()
    measured = [row for row in layers if row["runtime_ms"]]
    assert {row["dtype"] for row in measured} == {"fp32", "bf16"}
    powered = [row for row in measured if row["power_w"]]
    assert powered
    for row in powered:
        assert float(row["power_w"]) == pytest.approx(250, rel=0.1)  # a machine may be busy
        joules = float(row["power_w"]) * float(row["runtime_ms"]) / 1e6
        assert float(row["gpu_mj"]) / 1e6 == pytest.approx(joules, rel=1e-3)
    assert median(float(row["power_w"]) for row in powered) == pytest.approx(250, rel=0.02)
    again = call(gpu, tmp_path, *options)
    assert again.returncode in (0, 1), again.stderr
    second = rows_of(folder / "capture.csv.gz")
    assert second[: len(first)] == first
    assert len(second) > len(first)
    keys = [(*tuple(row.values())[:12], row["variant"], row["network"]) for row in second]
    asked = [key for key in keys if key[0] != "idle"]
    assert len(set(asked)) == len(asked)


def test_with_the_counter_of_a_real_gpu_every_capture_takes_turns(
    gpu: StandIn, tmp_path: Path
) -> None:
    """The main door too: at 100 ms a row with energy takes two seconds."""
    options = ("--plan", "quick", "--networks", "lenet5", "--device", "cuda:0", "--minutes", "0.2")
    script = Script(trace=level(250.0), update_s=0.1)
    ended = subprocess.run(
        [sys.executable, "-m", "py.measure", "capture", *options, *FAKE, "--output", "a.csv.gz"],
        env=gpu.environment(script, tmp_path) | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr
    assert "A row with energy takes 2.0 s, 20 steps of its meter: about 3 layers" in ended.stderr
    rows = [row for row in rows_of(tmp_path / "a.csv.gz") if row["op"] not in ("idle", "network")]
    powered = [row for row in rows if row["power_w"]]
    # The first rows have their energy until half of the time is spent, the others none.
    assert rows[: len(powered)] == powered
    assert 0 < len(powered) <= 4
    assert len(rows) > len(powered)


def test_other_settings_do_not_mix_with_what_is_there(gpu: StandIn, tmp_path: Path) -> None:
    options = ("--output", str(tmp_path / "out"), "--minutes", "0.1", *SMALL, *FAKE)
    assert call(gpu, tmp_path, *options).returncode in (0, 1)
    ended = call(gpu, tmp_path, *options, "--dtypes", "fp32")
    assert ended.returncode == 2
    assert "[capture-differs]" in ended.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--minutes", "0"), "from 0 to 1440"),
        (("--minutes", "nan"), "from 0 to 1440"),
        (("--batches", "0"), "whole numbers from 1"),
        (("--setting", "layout"), "NAME=VALUE"),
    ],
)
def test_bad_use_is_told(gpu: StandIn, tmp_path: Path, options: Sequence[str], said: str) -> None:
    ended = call(gpu, tmp_path, "--output", str(tmp_path / "out"), *options)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert not (tmp_path / "out").exists()


def test_a_missing_runner_is_told_and_nothing_is_left(gpu: StandIn, tmp_path: Path) -> None:
    ended = call(
        gpu, tmp_path, "--output", str(tmp_path / "out"), *SMALL, "--runner", "no_such_room:open"
    )
    assert ended.returncode == 2
    assert "runner-missing" in ended.stderr
    assert not (tmp_path / "out" / "capture.csv.gz").exists()


def test_a_fit_alone_needs_no_gpu(gpu: StandIn, tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed here")
    make_capture(tmp_path / "capture.csv.gz", 300, ("squeezenet1_1",), ("fp32",), powered=1)
    ended = call(gpu, tmp_path, "--output", str(tmp_path), "--fit-only")
    assert ended.returncode == 0, ended.stderr
    assert "mean error of energy" in ended.stdout
    assert (tmp_path / "a-gpu-torch.json").is_file()
    errors = (tmp_path / "errors.txt").read_text()
    assert ended.stdout.startswith(errors)
    assert "a-gpu-torch.json: fit to publish" in ended.stdout
    assert "cp " in ended.stdout
    assert "capture.csv.gz public/captures/a-gpu-torch.csv.gz" in ended.stdout
    assert (tmp_path / "report" / "check.html").is_file()


@pytest.mark.parametrize(
    "name", ["sklearn", "onnx", "onnxruntime", "rich", "zeus", "threadpoolctl"]
)
def test_measuring_needs_none_of_the_other_packages(name: str) -> None:
    code = (
        f"import sys; sys.modules[{name!r}] = None\n"
        "import py.measure.gpu.__main__, py.measure.capture.worker, py.measure.capture.bench\n"
        "import py.measure.runners.torch_runner, py.measure.machine.describe\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
