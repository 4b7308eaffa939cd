"""The program of sweeps: its rows are those of ``py.estimate``, and what it refuses."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from onnx import helper

from py.breakdown import decode_link
from py.errors import JoulegraphError
from py.sweep.asked import Grid
from py.sweep.asked.axes import AXES
from tests.layers.report_models import unknown_operator
from tests.models import conv_net, serialised, weights
from tests.sweep.ran import differences, estimated, options, sweep

ROOT = Path(__file__).resolve().parents[2]
LENET = str(ROOT / "public" / "models" / "lenet5.onnx")
PLATFORMS = ("eyeriss", "cpu-raptorlake", "t4")
"""One of each kind."""
FLAGS = {name: "--zeros" if name == "zeros" else axis.flag for name, axis in AXES.items()}


@pytest.fixture
def free(tmp_path: Path) -> str:
    """A model with a free dimension beside the batch."""
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"], "product")]
    path = tmp_path / "free.onnx"
    given = [weights("w", 24, 16)]
    path.write_bytes(serialised(nodes, {"x": ("N", "seq", 24)}, {"y": None}, given))
    return str(path)


def density(path: Path, **layers: dict[str, float]) -> str:
    """Write a file of zero fractions."""
    told = {"schema": "joulegraph/density/1", "source": "by hand", "layers": layers}
    path.write_text(json.dumps(told))
    return str(path)


def alike(folder: Path, model: str, platforms: tuple[str, ...], **grid: list[str]) -> list[Any]:
    """Run a sweep; every row must be what ``py.estimate`` says at its point. Returns the rows."""
    given = [word for name, texts in grid.items() for word in (FLAGS[name], *texts)]
    ran = sweep(folder, model, *options(platforms, "--platform"), *given)
    rows = iter(ran.rows)
    documents = []
    for platform in platforms:
        whole = Grid({name: tuple(texts) for name, texts in grid.items()})
        kind = estimated(model, "--platform", platform)["platform"]["kind"]
        for point in whole.of_kind(kind).points():
            row = next(rows)
            documents.append(estimated(model, "--platform", platform, *point.arguments()))
            assert differences(row, documents[-1]) == {}
            asked = {name: text for name, text in point.texts.items() if name in row}
            asked.pop("batch", None)
            assert {name: row[name] for name in asked} == asked
            unasked = set(AXES) & set(row) - set(point.texts) - {"batch"}
            assert all(row[name] is None for name in unasked)
    assert next(rows, None) is None
    assert ran.code == max(document["code"] for document in documents)
    return ran.rows


def test_a_sweep_without_a_grid(tmp_path: Path) -> None:
    rows = alike(tmp_path / "out", LENET, PLATFORMS)
    assert [row["platform_kind"] for row in rows] == ["accelerator", "measured", "datasheet"]
    assert len({row["energy_j"] for row in rows}) == 3


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("batch", ["1", "4"]),
        ("bits", ["8", "w=4,a=16", "conv1:4", "8;conv1:16;fc1:w=2"]),
        ("exits", ["conv1=0.3", "conv1=0.25;pool1=0.5"]),
        ("zeros", ["none", "weights"]),
    ],
)
def test_what_all_kinds_of_platforms_take(
    net: str, tmp_path: Path, name: str, texts: list[str]
) -> None:
    rows = alike(tmp_path / "out", net, PLATFORMS, **{name: texts})
    assert len(rows) == 3 * len(texts)
    if name != "zeros":  # all of its weights are ones
        assert len({row["energy_j"] for row in rows[: len(texts)]}) == len(texts)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("array", ["2x3", "8x8", "none"]),
        ("capacity", ["global_buffer=8KiB", "global_buffer=0.5MiB;register_file=256"]),
        ("dataflow", ["row_stationary", "any"]),
        ("objective", ["energy", "delay", "energy_delay"]),
        ("clock", ["100MHz", "1.5GHz"]),
    ],
)
def test_what_an_accelerator_takes(net: str, tmp_path: Path, name: str, texts: list[str]) -> None:
    rows = alike(tmp_path / "out", net, ("eyeriss",), **{name: texts})
    assert len(rows) == len(texts)
    if name == "clock":
        assert [row["clock_hz"] for row in rows] == [1e8, 1.5e9]
    if name != "objective":
        assert len({(row["energy_j"], row["time_s"]) for row in rows}) > 1


def test_hardware_is_left_out_where_it_means_nothing(net: str, tmp_path: Path) -> None:
    rows = alike(tmp_path / "out", net, PLATFORMS, batch=["1", "2"], array=["2x3", "8x8"])
    assert [(row["platform"], row["batch"], row["array"]) for row in rows] == [
        *(("eyeriss", 1, "2x3"), ("eyeriss", 1, "8x8")),
        *(("eyeriss", 2, "2x3"), ("eyeriss", 2, "8x8")),
        *(("cpu-raptorlake", 1, None), ("cpu-raptorlake", 2, None)),
        *(("t4", 1, None), ("t4", 2, None)),
    ]


def test_a_free_dimension(free: str, tmp_path: Path) -> None:
    rows = alike(tmp_path / "out", free, ("eyeriss", "t4"), dims=["seq=4", "seq=9;N=2"])
    assert [row["macs"] for row in rows] == [4 * 24 * 16, 2 * 9 * 24 * 16] * 2
    assert [row["dims"] for row in rows] == ["seq=4", "seq=9;N=2"] * 2


def test_zero_fractions_of_a_file_and_of_the_one_beside_a_model(net: str, tmp_path: Path) -> None:
    other = density(tmp_path / "other.json", conv1={"ifmap": 0.75, "weight": 0.5})
    (before,) = alike(tmp_path / "before", net, ("eyeriss",))
    density(Path(net).with_suffix(".density.json"), conv1={"ifmap": 0.5})
    (beside,) = alike(tmp_path / "beside", net, ("eyeriss",))
    rows = alike(tmp_path / "all", net, ("eyeriss",), zeros=["none", other, "weights"])
    assert rows[0]["energy_j"] == before["energy_j"]
    assert len({row["energy_j"] for row in (before, beside, rows[1])}) == 3
    assert len({row["id"] for row in (before, beside, *rows)}) == 5


def test_the_same_zero_fractions_in_all_layers(net: str, tmp_path: Path) -> None:
    """As a file says that has every layer."""
    text = "ifmap=0.5,weight=0.25"
    shares = {"ifmap": 0.5, "weight": 0.25}
    every = density(tmp_path / "every.json", conv1=shares, pool1=shares, fc1=shares)
    ran = sweep(tmp_path / "out", net, *options(PLATFORMS, "--platform"), "--zeros", "none", text)
    for place, platform in enumerate(PLATFORMS):
        without, with_zeros = ran.rows[2 * place : 2 * place + 2]
        told = estimated(net, "--platform", platform, "--density", every)
        assert differences(with_zeros, told, link=False) == {}  # it says where they are from
        assert (with_zeros["energy_j"] < without["energy_j"]) == (platform == "eyeriss")
        again = estimated(with_zeros["link"])
        assert again["totals"] == told["totals"]


def test_a_whole_grid_in_its_order(net: str, tmp_path: Path) -> None:
    grid = {"clock": ["1MHz", "2MHz"], "bits": ["4", "8"], "batch": ["2", "1"]}
    rows = alike(tmp_path / "out", net, ("t4", "eyeriss"), **grid)
    assert [(row["platform"], row["batch"], row["bits"], row["clock_hz"]) for row in rows] == [
        *(("t4", batch, bits, None) for batch in (2, 1) for bits in "48"),
        *(
            ("eyeriss", batch, bits, clock)
            for batch in (2, 1)
            for bits in "48"
            for clock in (1e6, 2e6)
        ),
    ]
    assert len({row["id"] for row in rows}) == len(rows) == 12


def test_layers_are_those_of_the_result(net: str, tmp_path: Path) -> None:
    ran = sweep(tmp_path / "out", net, "--batch", "1", "2", "--layers")
    layers = pq.read_table(tmp_path / "out" / "layers.parquet").to_pylist()
    names = ("name", "energy_j", "energy_macs", "time_s", "power_w", "origin")
    for row in ran.rows:
        own = [layer for layer in layers if layer["id"] == row["id"]]
        told = estimated(net, "--batch", str(row["batch"]))["layers"]
        assert [[layer[name] for name in names] for layer in own] == [
            [layer[name] for name in names] for layer in told
        ]
    assert len(layers) == 6


def test_links_open_to_the_same_totals(net: str, tmp_path: Path) -> None:
    file = json.loads((ROOT / "public" / "accelerators" / "eyeriss.json").read_text())
    own = tmp_path / "own.json"
    own.write_text(json.dumps({**file, "id": "own", "clock_hz": {**file["clock_hz"]}}))
    platforms = (*PLATFORMS, str(own))
    rows = alike(tmp_path / "out", net, platforms, bits=["8", "conv1:4"], exits=["conv1=0.5"])
    for row in rows:
        again = estimated(row["link"])
        assert differences(row, again) == {}
        assert row["link"].startswith("http://localhost:8000/#v1.")
    assert "file" in decode_link(rows[-1]["link"])["platform"]


def test_a_link_is_a_model_too(net: str, tmp_path: Path) -> None:
    link = estimated(net, "--bits", "conv1:4", "--array", "2x3")["link"]
    rows = alike(tmp_path / "out", link, ("eyeriss", "t4"), batch=["1", "2"])
    assert {row["model"] for row in rows} == {"net"}
    assert {row["model_sha256"] for row in rows} == {None}
    ran = sweep(tmp_path / "dims", link, "--dim", "N=2")  # a link leaves nothing open
    assert (ran.code, ran.rows[0]["reason_code"]) == (1, "no-inputs")


def test_a_table_and_a_result_are_models_too(net: str, tmp_path: Path) -> None:
    table, result = tmp_path / "table.csv", tmp_path / "result.json"
    table.write_text("name,kind,n,m,c,p,q,r,s\nconv1,conv,1,4,3,8,8,3,3\nfc,dense,1,10,20,,,,\n")
    told = estimated(net, "--bits", "conv1:4", "--exit", "conv1=0.5", "--batch", "3")
    result.write_text(json.dumps(told))
    for path in (table, result):
        rows = alike(tmp_path / path.stem, str(path), PLATFORMS, batch=["1", "2"], bits=["8", "16"])
        assert {row["model"] for row in rows} == {"table" if path == table else "net"}


def test_without_links_and_with_another_site(net: str, tmp_path: Path) -> None:
    assert sweep(tmp_path / "a", net, "--no-links").rows[0]["link"] is None
    (row,) = sweep(tmp_path / "b", net, "--site", "https://example.org/x/").rows
    assert row["link"].startswith("https://example.org/x/#v1.")


def test_what_gets_no_estimate_makes_a_row_partial(tmp_path: Path) -> None:
    path = tmp_path / "odd.onnx"
    path.write_bytes(unknown_operator())
    (row,) = alike(tmp_path / "out", str(path), ("eyeriss",))
    assert (row["status"], row["reason_code"]) == ("partial", "not-modelled")
    assert "Mystery" in row["reason"]
    assert "1 in part" in sweep(tmp_path / "again", str(path)).said


def test_files_may_be_called_anything(tmp_path: Path) -> None:
    names = [b"-rf", b"a\nb", b"\xff", b"=1+1", "é😀".encode(), b"<script>", b"'; drop", b" "]
    (tmp_path / "zoo").mkdir()
    for name in names:
        with open(os.fsencode(tmp_path / "zoo") + b"/" + name + b".onnx", "wb") as file:
            file.write(conv_net())
    ran = sweep(tmp_path / "out", str(tmp_path / "zoo"), "--layers")
    assert (ran.code, len(ran.rows)) == (0, len(names))
    assert len({row["energy_j"] for row in ran.rows}) == 1
    assert len({row["model_path"] for row in ran.rows}) == len(names)
    assert "<script>.onnx" not in (ran.folder / "summary.html").read_text()
    assert ran.printed


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--bits", "8", "x"], "bad-option", "--bits"),
        (["--bits", "8;16"], "conflicting-choices", "--bits"),
        (["--bits", "65"], "bad-option", "--bits"),
        (["--batch", "0"], "bad-option", "--batch"),
        (["--batch", "1.5"], "bad-option", "--batch"),
        (["--dim", "seq"], "bad-option", "--dim"),
        (["--dim", "seq=4;"], "bad-option", "--dim"),
        (["--zeros", "ifmap=2"], "bad-option", "Zeros.ifmap"),
        (["--zeros", "ifmpa=0.5"], "bad-option", "ifmpa"),
        (["--zeros", "missing.json"], "unreadable", "missing.json"),
        (["--exit", "conv1=1.5"], "bad-option", "--exit"),
        (["--array", "0x0"], "bad-option", "--array"),
        (["--array", "4"], "array-unknown", "axes"),
        (["--capacity", "cupboard=1KiB"], "capacity-unknown", "cupboard"),
        (["--capacity", "global_buffer=half"], "bad-option", "--capacity"),
        (["--dataflow", "upstream"], "dataflow-unknown", "upstream"),
        (["--objective", "beauty"], "bad-option", "beauty"),
        (["--clock", "fast"], "bad-option", "--clock"),
        (["--platform", "abacus"], "platform-unknown", "abacus"),
        (["--platform", "t4", "--array", "4x4"], "bad-option", "none of t4"),
        (["--platform", "t4", "--platform", "k40", "--clock", "1MHz"], "bad-option", "t4, k40"),
        (["--scheduler", "nonsense"], "scheduler-address", "nonsense"),
    ],
)
def test_what_can_be_right_nowhere_is_refused_before_any_work(
    net: str, tmp_path: Path, arguments: list[str], code: str, told: str
) -> None:
    with pytest.raises(JoulegraphError) as caught:
        sweep(tmp_path / "out", net, *arguments)
    assert (caught.value.code, told in caught.value.message) == (code, True)
    if code != "scheduler-address":
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "statuses"),
    [
        # Another accelerator has such a level, or such a dataflow.
        (["--capacity", "global_buffer=64KiB", "unified_buffer=1MiB"], "ok failed failed ok"),
        (["--dataflow", "row_stationary", "any"], "ok ok failed ok"),
        # Another model may have such a dimension or take such a batch.
        (["--dim", "seq=4"], "failed failed"),
    ],
)
def test_what_is_wrong_for_some_costs_their_rows(
    net: str, tmp_path: Path, arguments: list[str], statuses: str
) -> None:
    platforms = ["--platform", "eyeriss", "--platform", "tpu-v1-like"]
    ran = sweep(tmp_path / "out", net, *platforms, *arguments)
    assert [row["status"] for row in ran.rows] == statuses.split()
    assert ran.code == 1
    for row in ran.rows:
        assert (row["status"] == "failed") == bool(row["reason_code"]) == bool(row["reason"])


def test_two_platforms_of_one_id_are_refused(net: str, tmp_path: Path) -> None:
    path = str(ROOT / "public" / "accelerators" / "eyeriss.json")
    with pytest.raises(JoulegraphError, match="'eyeriss'"):
        sweep(tmp_path / "out", net, "--platform", "eyeriss", "--platform", path)


def test_errors_give_fronts_and_energy_precision_ratios(tmp_path: Path) -> None:
    for name, batch in (("small", 1), ("large", 3), ("other", 2)):
        (tmp_path / f"{name}.onnx").write_bytes(conv_net(batch))
    table = tmp_path / "errors.csv"
    table.write_text("name,error\nsmall,40%\nlarge.onnx,0.1\nstranger,0.5\n")
    ran = sweep(tmp_path / "out", str(tmp_path), "--errors", str(table))
    told = {row["model"]: (row["accuracy"], row["top_error"]) for row in ran.rows}
    assert told == {"large": (0.9, 0.1), "other": (None, None), "small": (0.6, 0.4)}
    assert "Pareto front" in ran.printed
    assert "energy-precision ratio" in ran.printed.lower()
    assert "1 name with an error given, of no model in the sweep: stranger." in ran.said
    assert ran.code == 0


def test_nothing_is_searched_again_with_the_same_cache(tmp_path: Path) -> None:
    cache = str(tmp_path / "cache.sqlite")
    given = [LENET, "--cache", cache, "--array", "4x4", "6x6"]
    first = sweep(tmp_path / "first", *given)
    assert "10 distinct layers mapped, 10 of them anew" in first.said
    second = sweep(tmp_path / "second", *given)
    assert "10 distinct layers mapped, 0 of them anew" in second.said
    third = sweep(tmp_path / "third", *given, "--batch", "1", "3")
    assert "20 distinct layers mapped, 10 of them anew" in third.said
    for name in ("rows.parquet", "rows.csv", "summary.txt", "summary.html", "provenance.json"):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()


def test_hardware_that_is_the_same_by_another_name_is_mapped_once(tmp_path: Path) -> None:
    ran = sweep(tmp_path / "out", LENET, "--array", "none", "12x14", "--no-links")
    assert "5 distinct layers mapped, 5 of them anew" in ran.said
    assert ran.rows[0]["energy_j"] == ran.rows[1]["energy_j"]
    other = estimated(LENET, "--array", "12x14")
    assert differences(ran.rows[1], other, link=False) == {}


def test_a_file_of_a_sweep(net: str, tmp_path: Path) -> None:
    path = tmp_path / "sweep.toml"
    path.write_text(
        f'models = "{net}"\nplatforms = ["t4", "eyeriss"]\nlinks = false\n'
        '[grid]\nbatch = [1, 2]\nobjective = "delay"\n'
    )
    ran = sweep(tmp_path / "out", str(path), "--platform", "eyeriss")
    asked = [(row["platform"], row["batch"], row["objective"]) for row in ran.rows]
    assert asked == [("eyeriss", 1, "delay"), ("eyeriss", 2, "delay")]


def process(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "py.sweep", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_as_a_process_with_workers(net: str, tmp_path: Path) -> None:
    """In worker processes, of a name that is not there too: the same row, and exit code 1."""
    given = [net, "missing.onnx", "--cache", str(tmp_path / "cache.sqlite"), "--workers", "2"]
    code, out, errors = process(*given, "--output", str(tmp_path / "out"))
    assert code == 1
    assert "2 combinations of 2 models, 1 platform and the grid" in errors
    assert "1 fine, 0 in part, 1 not" in errors
    assert out == (tmp_path / "out" / "summary.txt").read_text()
    first, second = pq.read_table(tmp_path / "out" / "rows.parquet").to_pylist()
    assert differences(first, estimated(net)) == {}
    assert (second["status"], second["reason_code"]) == ("failed", "unreadable")
    assert (second["model"], second["model_sha256"]) == ("missing", None)
    assert not (tmp_path / "out" / "journal.sqlite").exists()
    code, out, errors = process(*given[:1], *given[2:], "--output", str(tmp_path / "b"), "--quiet")
    assert (code, out, errors) == (0, "", "")


def test_a_refusal_is_one_message_and_exit_code_2(net: str, tmp_path: Path) -> None:
    output = str(tmp_path / "out")
    code, out, errors = process("-", "--output", output, stdin=Path(net).read_bytes())
    assert (code, out) == (2, "")
    assert errors.startswith("error: A sweep reads no model from standard input")
    assert errors.endswith("[bad-option]\n")
    assert errors.count("\n") == 2
    assert process("--what")[0] == 2
    assert not (tmp_path / "out").exists()


def test_help_reads_well() -> None:
    code, text, errors = process("--help")
    assert (code, errors) == (0, "")
    assert text.startswith("usage: python -m py.sweep MODEL...")
    assert all(flag in text for flag in FLAGS.values())
    assert "Exit code 0" in text
    assert max(map(len, text.splitlines())) <= 80
