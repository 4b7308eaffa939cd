"""``py.measure predict``: one line a row, in order, empty where unknown; and its exit codes."""

import csv
import gzip
import io
import statistics
from pathlib import Path
from typing import Protocol

import pytest

from py.measure.__main__ import main
from py.measure.fit.predict import HEADER
from py.terminal import run
from tests.measure.made_rows import Cells, made_rows, table_of

CONTRACT = (
    "time_s,time_low_s,time_high_s,power_w,power_low_w,power_high_w,"
    "energy_j,energy_low_j,energy_high_j,in_range"
)
Lines = list[dict[str, str]]


class Predict(Protocol):
    """Rows predicted by the profile, with the exit code that is expected."""

    def __call__(self, rows: list[Cells], expected: int = 0, *, gz: bool = False) -> Lines: ...


@pytest.fixture(scope="module")
def cells() -> list[Cells]:
    return [*made_rows("fc", 60), *made_rows("pool", 60, power=False)]


@pytest.fixture(scope="module")
def profile(cells: list[Cells], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fit")
    (folder / "rows.csv").write_text(table_of(cells), encoding="utf-8")
    output = folder / "made.json"
    given = ["fit", str(folder / "rows.csv"), "--id", "made", "--output", str(output)]
    assert run(main, given) == 0
    return output


@pytest.fixture
def predict(profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Predict:
    def predicted(rows: list[Cells], expected: int = 0, *, gz: bool = False) -> Lines:
        data = table_of(rows).encode()
        path = tmp_path / ("rows.csv.gz" if gz else "rows.csv")
        path.write_bytes(gzip.compress(data) if gz else data)
        capsys.readouterr()
        assert run(main, ["predict", str(profile), str(path)]) == expected
        text = capsys.readouterr().out
        assert text.splitlines()[0] == CONTRACT
        return list(csv.DictReader(io.StringIO(text)))

    return predicted


def test_the_header_is_that_of_the_contract() -> None:
    assert ",".join(HEADER) == CONTRACT


def test_own_rows_have_the_errors_of_the_report(predict: Predict, cells: list[Cells]) -> None:
    lines = predict(cells)
    assert len(lines) == len(cells)
    errors, inside, powers = [], [], []
    for line, row in zip(lines, cells, strict=True):
        seconds = float(row["runtime_ms"]) / 1000
        errors.append(abs(float(line["time_s"]) / seconds - 1))
        inside.append(float(line["time_low_s"]) <= seconds <= float(line["time_high_s"]))
        assert line["in_range"] == "true"
        if row["op"] == "fc":
            powers.append(abs(float(line["power_w"]) / float(row["power_w"]) - 1))
            energy = float(line["time_s"]) * float(line["power_w"])
            assert float(line["energy_j"]) == pytest.approx(energy, rel=1e-10)
    assert statistics.median(errors) < 0.08
    assert 0.7 < statistics.fmean(inside) <= 1
    assert statistics.median(powers) < 0.08


def test_what_was_not_measured_is_empty(predict: Predict) -> None:
    (line,) = predict(made_rows("pool", 1))
    assert float(line["time_s"]) > 0
    names = [name for name in HEADER if name.startswith(("power", "energy"))]
    assert {line[name] for name in names} == {""}


def test_numbers_have_twelve_digits_at_most_and_ends_their_order(predict: Predict) -> None:
    for line in predict(made_rows("fc", 20, seed=8)):
        for name in HEADER[:-1]:
            digits = line[name].lower().split("e")[0].replace(".", "").replace("-", "").lstrip("0")
            assert 1 <= len(digits) <= 12, line[name]
        for quantity, unit in (("time", "s"), ("power", "w"), ("energy", "j")):
            low, value, high = (
                float(line[f"{quantity}{end}_{unit}"]) for end in ("_low", "", "_high")
            )
            assert 0 < low <= high
            assert low / 3 < value < 3 * high


def test_rows_keep_their_order_and_those_without_an_answer_are_empty(predict: Predict) -> None:
    known = made_rows("fc", 3, seed=5)
    rows = [
        known[0],
        {"op": "network", "batch": "1", "network": "none of ours"},
        known[1],
        {"op": "sorting", "batch": "2"},
        {"op": "conv", "batch": "1", "cin": "3", "h": "8", "cout": "4", "kh": "3"},
        known[2],
    ]
    lines = predict(rows, expected=1)
    empty = [set(line.values()) == {""} for line in lines]
    assert empty == [False, True, False, True, True, False]
    alone = predict(known)
    assert [lines[place] for place in (0, 2, 5)] == alone


def test_rows_are_predicted_one_by_one(predict: Predict) -> None:
    rows = made_rows("fc", 5, seed=6)
    together = predict(rows)
    assert [predict([row])[0] for row in rows] == together
    assert predict(rows[::-1]) == together[::-1]


def test_a_gzipped_table_and_further_columns_change_nothing(predict: Predict) -> None:
    rows = made_rows("fc", 4, seed=7)
    plain = predict(rows)
    assert predict(rows, gz=True) == plain
    more = [row | {"device": "x", "runtime_ms": "", "note": 'a, "b"'} for row in rows]
    assert predict(more) == plain


def test_outside_of_the_range_it_says_so_and_is_less_sure(predict: Predict) -> None:
    row = {"op": "fc", "batch": "64", "cin": "512", "cout": "512", "dtype": "fp32"}
    inside, outside = predict([row, row | {"batch": "64000", "cout": "51200"}])
    assert (inside["in_range"], outside["in_range"]) == ("true", "false")
    assert float(outside["time_s"]) > 1000 * float(inside["time_s"])


def test_a_network_of_ours_is_the_sum_of_its_layers(predict: Predict) -> None:
    one, eight = ({"op": "network", "batch": batch, "network": "lenet5"} for batch in ("1", "8"))
    first, second = predict([one, eight])
    assert 0 < float(first["time_s"]) < float(second["time_s"])
    assert first["in_range"] == "false"


def test_kinds_that_nobody_measured_are_estimated_and_out_of_range(predict: Predict) -> None:
    rows = [*made_rows("conv", 2), *made_rows("softmax", 1), *made_rows("attention", 1)]
    for line in predict(rows):
        assert float(line["time_s"]) > 0
        assert line["in_range"] == "false"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "rows-invalid"),
        (b"batch,cin\n1,2\n", "rows-invalid"),
        (b"op,batch\nfc,1,2\n", "rows-invalid"),
        (b"op,batch\nfc,minus one\n", "rows-invalid"),
        (b"\x1f\x8bno gzip", "rows-invalid"),
        (b"op,batch\n", "rows-none"),
    ],
)
def test_a_bad_table_is_one_clear_error(
    data: bytes, code: str, profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(data)
    assert run(main, ["predict", str(profile), str(path)]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert f"[{code}]" in found.err


def test_bad_profiles_and_missing_files_are_one_clear_error(
    profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text(table_of(made_rows("fc", 1)), encoding="utf-8")
    bad = tmp_path / "bad.json"
    bad.write_text(profile.read_text(encoding="utf-8")[:-50], encoding="utf-8")
    for given in (
        [str(bad), str(rows)],
        [str(tmp_path / "none.json"), str(rows)],
        [str(profile), str(tmp_path / "none.csv")],
        [str(rows), str(rows)],
    ):
        assert run(main, ["predict", *given]) == 2
        found = capsys.readouterr()
        assert found.out == ""
        assert found.err.count("error:") == 1
        assert "Traceback" not in found.err


def test_only_a_measured_profile_predicts_rows(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text(table_of(made_rows("fc", 1)), encoding="utf-8")
    device = root / "public" / "devices" / "l4.json"
    assert run(main, ["predict", str(device), str(rows)]) == 2
    assert "[not-a-profile]" in capsys.readouterr().err
