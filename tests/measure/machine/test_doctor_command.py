"""``python -m py.measure doctor``, as people start it."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from py.measure.machine import command
from py.measure.machine.line import Line
from tests.measure.machine.made_machines import laptop
from tests.measure.meters.fake_clock import FakeClock
from tests.measure.meters.power_trace import level
from tests.measure.meters.stand_in import Fault, Script, StandIn, compile_stand_in

ROOT = Path(__file__).resolve().parents[3]
DOCTOR = [sys.executable, "-m", "py.measure", "doctor"]


def doctor(*options: str, environment: dict[str, str] | None = None) -> Any:
    done = subprocess.run(
        [*DOCTOR, *options],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert "Traceback" not in done.stderr
    return done


def test_this_machine_has_facts_that_fit_the_schema() -> None:
    done = doctor("--json")
    assert done.returncode in (0, 1)
    schema = json.loads((ROOT / "public/schema/doctor.schema.json").read_text(encoding="utf-8"))
    found = json.loads(done.stdout)
    jsonschema.validate(found, schema)
    assert found["processor"]["threads"] >= 1
    for private in (os.uname().nodename, os.environ.get("USER", ""), str(Path.home())):
        if len(private) >= 4 and private not in ("root", "/root"):
            assert private not in done.stdout


def test_an_unknown_machine_is_told_without_a_fault(tmp_path: Path) -> None:
    done = doctor("--root", str(tmp_path))
    assert "Verdict" in done.stdout
    assert done.stderr == ""


def test_a_made_machine_by_its_root(tmp_path: Path) -> None:
    laptop(tmp_path, FakeClock())
    done = doctor("--root", str(tmp_path))
    assert "LENOVO 21CB" in done.stdout
    assert "on battery (57 %)" in done.stdout


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> StandIn:
    return compile_stand_in(tmp_path_factory.mktemp("stand_in"))


def test_a_gpu_by_its_own_library(tmp_path: Path, stand_in: StandIn) -> None:
    script = Script(level(100.0), name="Made GPU", persistence=0, throttle=[(0.0, 1e9, 0x4)])
    done = doctor("--json", environment=stand_in.environment(script, tmp_path))
    (gpu,) = json.loads(done.stdout)["gpus"]
    assert (gpu["name"], gpu["persistence"], gpu["ecc"]) == ("Made GPU", False, True)
    assert gpu["throttled"] == ["sw_power_cap"]
    assert "uuid" not in done.stdout.lower()
    energy = next(one for one in json.loads(done.stdout)["quantities"] if one["quantity"] == "gpu")
    assert (energy["available"], energy["device"], energy["how"]) == (True, 0, "nvml-energy:0")
    advice = [one["command"] for one in json.loads(done.stdout)["advice"]]
    assert "sudo nvidia-smi -i 0 -pm 1" in advice


def test_a_driver_that_was_updated_while_it_ran(tmp_path: Path, stand_in: StandIn) -> None:
    script = Script(faults=[Fault("nvmlInit_v2", 18), Fault("nvmlInitWithFlags", 18)])
    done = doctor(environment=stand_in.environment(script, tmp_path))
    assert "of different versions" in " ".join(done.stdout.split())
    assert "Restart the machine" in done.stdout


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


LINES = [Line("This machine", role="head"), Line("  yes  ", "runtime", "good"), Line()]


def test_a_terminal_gets_colours_and_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rich")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    command.show(LINES)
    text = terminal.getvalue()
    assert "\x1b[1mThis machine" in text
    assert "\x1b[32m  yes  \x1b[0mruntime" in text


def test_a_terminal_without_rich_gets_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich.console", None)
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    command.show(LINES)
    assert terminal.getvalue() == "This machine\n  yes  runtime\n\n"


def test_it_needs_neither_onnx_nor_rich_to_be_imported() -> None:
    code = (
        "import sys\n"
        "for name in ('onnx', 'onnxruntime', 'sklearn', 'rich', 'zeus', 'torch', 'numpy'):\n"
        "    sys.modules[name] = None\n"
        "import py.measure.machine.command, py.measure.machine.describe\n"
        "import py.measure.machine.screen, py.measure.machine.profile_facts\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == ""
