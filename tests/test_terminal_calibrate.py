"""``--calibrate``: a profile scaled by what networks were measured to take, in the terminal."""

import json
from pathlib import Path

import pytest

from py.estimate import main
from py.platforms.load import PUBLIC
from py.terminal import run

MODEL = str(PUBLIC / "models" / "lenet5.onnx")
PROFILE = "cpu-broadwell-ep"


def estimated(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert run(main, [*arguments, "--format", "json"]) == 0
    result: dict[str, object] = json.loads(capsys.readouterr().out)
    return result


def time_of(result: dict[str, object]) -> float:
    totals = result["totals"]
    assert isinstance(totals, dict)
    return float(totals["time_s"])


def table(folder: Path, *rows: str) -> str:
    path = folder / "measured.csv"
    path.write_text("\n".join(["model,batch,runtime_ms,power_w", *rows]) + "\n")
    return str(path)


def test_one_network_is_met_exactly_and_the_result_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given = [MODEL, "--platform", PROFILE, "--batch", "64"]
    plain = estimated(capsys, *given)
    scaled = estimated(capsys, *given, "--calibrate", table(tmp_path, ",64,12.5,"))
    assert time_of(scaled) == pytest.approx(0.0125, rel=1e-10)
    options = scaled["options"]
    assert isinstance(options, dict)
    assert options["calibration"]["time"] == pytest.approx(0.0125 / time_of(plain), rel=1e-10)
    assert options["calibration"]["networks"] == 1
    notes = scaled["notes"]
    assert isinstance(notes, list)
    assert any("Calibrated" in note["text"] for note in notes)


def test_another_network_s_time_scales_this_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given = [MODEL, "--platform", PROFILE, "--batch", "64"]
    other = [str(PUBLIC / "models" / "alexnet.onnx"), "--platform", PROFILE, "--batch", "8"]
    twice = f"{2000 * time_of(estimated(capsys, *other))!r}"
    scaled = estimated(capsys, *given, "--calibrate", table(tmp_path, f"alexnet,8,{twice},"))
    assert time_of(scaled) == pytest.approx(2 * time_of(estimated(capsys, *given)), rel=1e-9)


def test_a_link_keeps_the_calibration_and_none_takes_it_back(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given = [MODEL, "--platform", PROFILE, "--batch", "64"]
    plain = time_of(estimated(capsys, *given))
    calibrated = [*given, "--calibrate", table(tmp_path, ",64,12.5,")]
    assert run(main, [*calibrated, "--format", "link"]) == 0
    link = capsys.readouterr().out.strip()
    assert time_of(estimated(capsys, link)) == pytest.approx(0.0125, rel=1e-10)
    assert time_of(estimated(capsys, link, "--calibrate", "none")) == plain
    assert run(main, [link]) == 0
    assert "calibrated     times x " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([",1,0,"], "a number above 0 in column 'runtime_ms', got '0'"),
        ([",1,nan,"], "a number above 0 in column 'runtime_ms'"),
        ([",1.5,3,"], "a whole number in column 'batch'"),
        ([",1,3,-2"], "a number above 0 in column 'power_w'"),
        (["nothing,1,3,"], "a model that can be read"),
        (["../x,1,3,"], "a model's file or a sample's id"),
        ([], "from 1 to 100 rows of networks, got 0"),
        ([",1,3,"] * 101, "from 1 to 100 rows of networks, got 101"),
    ],
)
def test_a_wrong_table_is_one_clear_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rows: list[str], said: str
) -> None:
    code = run(main, [MODEL, "--platform", PROFILE, "--calibrate", table(tmp_path, *rows)])
    told = capsys.readouterr().err
    assert (code, said in told, "calibration-invalid" in told) == (2, True, True)


def test_what_was_not_measured_is_not_calibrated(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for platform, code in (("v100-sxm2-16gb", "not-calibrated"), ("eyeriss", "not-calibrated")):
        given = [MODEL, "--platform", platform, "--calibrate", table(tmp_path, ",1,3,")]
        assert run(main, given) == 2
        assert code in capsys.readouterr().err
