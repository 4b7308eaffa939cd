"""All steps in turn with a runner that is made up: a capture, a profile, a report and a page."""

import json
from pathlib import Path

import pytest

from py.measure import all_steps
from py.measure.__main__ import main
from py.measure.capture import session
from py.measure.capture.method import Method
from py.measure.check.checks import Checked, checked
from py.measure.check.subject import read_subject
from py.measure.machine import describe
from py.measure.machine.host import host_at
from py.measure.plans.plan import Plan
from py.measure.plans.shape import Shape
from py.terminal import run
from tests.measure.capture.made import FAKE_METERS, FAKE_RUNNER

SHAPES = (
    *(Shape("fc", 1 + place % 5, cin=16 + 8 * place, cout=64) for place in range(30)),
    *(Shape("network", batch, network="lenet5") for batch in (1, 2)),
)
METHOD = Method(window_s=0.001, network_s=0.001, least_warm_up_s=1e-4, updates=2, idle_s=0.02)


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    facts = describe.look_at(host_at(tmp_path / "none"), lambda _: ((), ()), 0.01)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(describe, "describe", lambda: facts)
    monkeypatch.setattr(session, "make_plan", lambda name, device, **_: Plan(name, SHAPES, 60.0))
    monkeypatch.setattr(session, "method_of", lambda plan: METHOD)


def _all(*given: str) -> int:
    options = ["--plan", "quick", "--runner", FAKE_RUNNER, "--device", "cpu"]
    return run(main, [*options, "--meters", FAKE_METERS, *given])


def test_all_steps_end_with_a_profile_that_is_its_capture_s(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Times of the runner are all alike, as those of no device are: even then nothing breaks."""
    _all("--output", "a.csv.gz", "--id", "my-cpu")
    said = capsys.readouterr()
    for number, step in enumerate(("doctor", "capture", "fit", "check"), 1):
        assert f"{number} of 4, {step}:" in said.err
    found = checked(read_subject(Path("my-cpu.json"), [Path("a.csv.gz")]))
    assert found.finding("schema").verdict == "pass"
    assert found.finding("refit").verdict == "pass"
    assert found.finding("facts").verdict != "warn"
    profile = json.loads(Path("my-cpu.json").read_text(encoding="utf-8"))
    (model,) = profile["models"]
    assert (model["kind"], model["rows"]) == ("dense", 30)
    assert profile["idle_power_w"]["value"] == pytest.approx(10.0, rel=0.3)
    assert "NaN" not in Path("my-cpu-report/report.txt").read_text(encoding="utf-8")
    for name in ("report.html", "report.txt", "folds.csv", "check.html"):
        assert (Path("my-cpu-report") / name).stat().st_size > 0


@pytest.mark.parametrize("fit", [True, False])
def test_how_to_contribute_is_said_of_a_profile_that_is_fit_alone(
    fit: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def look(profile: Path, capture: Path) -> Checked:
        found = checked(read_subject(profile, [capture]))
        keep = [(one, of) for one, of in found.findings if not fit or of.verdict != "fail"]
        return Checked(found.subject, tuple(one for one in keep if fit or one[1].verdict == "fail"))

    monkeypatch.setattr(all_steps, "_check", look)
    code = _all("--output", "a.csv.gz", "--id", "my-cpu")
    told = capsys.readouterr().out
    assert ("git switch -c profile-my-cpu" in told) == fit
    assert ("It is not fit to publish: " in told) != fit
    assert code == (0 if fit else 1)
