"""A capture's file: what was appended is read back, wherever the file ends."""

import csv
import errno
import gzip
import io
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.measure.capture.columns import ASKED, COLUMNS, cells_of, key_of, line_of
from py.measure.capture.file import CaptureFile
from py.measure.capture.reading import open_capture
from py.measure.plans.shape import Shape
from py.measure.table.rows import parse_rows
from tests.measure.capture.made import layers, made_header, row_of

Rows = list[dict[str, str]]


@pytest.fixture(autouse=True)
def _disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no disk, but where a test is about that."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


def _read(path: Path) -> Rows:
    with open_capture(path) as found:
        return [dict(row) for row in found.rows()]


def _keys(path: Path) -> list[str]:
    return [key_of(row) for row in _read(path)]


def _write(path: Path, shapes: list[Shape], *, tidy: bool = False) -> None:
    file = CaptureFile(path, made_header())
    for shape in shapes:
        if key_of(shape.cells) not in file.done:
            file.append(row_of(shape))
    file.close(tidy=tidy)


def test_a_capture_is_an_ordinary_gzipped_csv_below_its_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    _write(path, layers(3))
    first, *lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    assert first == made_header().line
    rows = list(csv.DictReader(io.StringIO("\n".join(lines))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["batch"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["macs"] == str(64 * 32)
    assert not list(tmp_path.glob(".*"))


def test_the_table_reader_takes_a_capture(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    _write(path, layers(3), tidy=True)
    found = parse_rows(path.read_bytes(), path.name)
    assert [row.runtime_s for row in found.rows] == [0.0015] * 3


def test_tidying_keeps_the_rows_in_one_member_and_gives_the_same_bytes_again(
    tmp_path: Path,
) -> None:
    once, twice = tmp_path / "once.csv.gz", tmp_path / "twice.csv.gz"
    _write(once, layers(40), tidy=True)
    for count in (10, 20, 40):
        _write(twice, layers(count), tidy=count == 40)
    assert once.read_bytes() == twice.read_bytes()
    _write(tmp_path / "untidy.csv.gz", layers(40))
    assert once.stat().st_size < (tmp_path / "untidy.csv.gz").stat().st_size


def test_a_file_cut_anywhere_has_the_rows_before_and_goes_on(tmp_path: Path) -> None:
    whole = tmp_path / "whole.csv.gz"
    shapes = layers(4)
    _write(whole, shapes[:2])
    _write(whole, shapes)  # a second member
    data, keys = whole.read_bytes(), _keys(whole)
    cut = tmp_path / "cut.csv.gz"
    seen = set()
    for length in range(len(data)):
        cut.write_bytes(data[:length])
        found = _keys(cut)
        assert found == keys[: len(found)]
        seen.add(len(found))
        _write(cut, shapes)
        assert _keys(cut) == keys
    assert seen == {0, 1, 2, 3, 4}


def test_rows_are_on_the_disk_when_append_returns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    with CaptureFile(path, made_header()) as file:
        for count, shape in enumerate(layers(5), 1):
            file.append(row_of(shape))
            assert len(_read(path)) == count


@given(
    st.lists(
        st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=40)), min_size=1, max_size=5
    )
)
def test_rows_of_any_text_come_back(tmp_path_factory: pytest.TempPathFactory, rows: Rows) -> None:
    path = tmp_path_factory.mktemp("any") / "a.csv.gz"
    with CaptureFile(path, made_header()) as file:
        for row in rows:
            file.append(row)
    found = _read(path)
    assert [key_of(row) for row in found] == [key_of(row) for row in rows]
    for row, read in zip(rows, found, strict=True):
        for name, text in row.items():
            assert read[name] == (text if text.isprintable() else read[name])
            assert len(read[name]) == len(text)
            assert read[name].isprintable()
    with CaptureFile(path, made_header()) as file:
        assert set(file.done) == {key_of(row) for row in rows if row.get("op") != "idle"}


@given(st.lists(st.text(max_size=30), min_size=2, max_size=6))
def test_a_line_is_its_cells(cells: list[str]) -> None:
    line = line_of(cells)
    assert "\n" not in line
    assert line_of(cells_of(line)) == line
    assert len(cells_of(line)) == len(cells)


def test_a_shape_s_key_is_that_of_its_row(tmp_path: Path) -> None:
    shape = Shape("network", 2, network='a, "b"', clock_mhz=900, pad="same")
    assert set(shape.cells) == set(ASKED)
    path = tmp_path / "a.csv.gz"
    _write(path, [shape])
    assert _keys(path) == [key_of(shape.cells)]


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"plan": "standard", "plan_hash": "9"}, "the plan is quick, not standard"),
        ({"plan_hash": "9"}, "its plan quick has other shapes, or another order"),
        ({"device": "cuda:0"}, "the device is cpu, not cuda:0"),
        (
            {"runner": {"runner": "fake", "version": "2"}},
            "runner: version was 1 and is 2",
        ),
        (
            {"machine": {"processor": {"name": "B"}}},
            "machine: processor.name was A processor and is B",
        ),
        ({"method": {"window_s": 1.0}}, "method: window_s was 0.05 and is 1.0"),
    ],
)
def test_a_capture_of_something_else_is_not_gone_on_with(
    tmp_path: Path, others: dict[str, object], said: str
) -> None:
    path = tmp_path / "a.csv.gz"
    _write(path, layers(3))
    before = path.read_bytes()
    with pytest.raises(JoulegraphError) as error:
        CaptureFile(path, made_header(**others))
    assert error.value.code == "capture-differs"
    assert said in error.value.message
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_when_it_was_begun_and_by_which_engine_may_differ(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    _write(path, layers(1))
    with CaptureFile(path, made_header(started="2030-01-01T00:00:00Z", engine="9")) as file:
        assert file.header == made_header()
    with open_capture(path) as found:
        assert found.header == made_header()


def test_failed_rows_are_let_go_where_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    good, bad, skipped = layers(3)
    with CaptureFile(path, made_header()) as file:
        file.append(row_of(good))
        file.append(row_of(bad, note="failed: the process ended with signal 9"))
        file.append(row_of(skipped, note="skipped: needs 12.3 GB, 8.0 GB are free"))
    with CaptureFile(path, made_header()) as file:
        assert len(file.done) == 3
    with CaptureFile(path, made_header(), retry=True) as file:
        assert set(file.done) == {key_of(good.cells), key_of(skipped.cells)}
    assert _keys(path) == [key_of(good.cells), key_of(skipped.cells)]


def test_two_can_not_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    with CaptureFile(path, made_header()) as file:
        file.append(row_of(layers(1)[0]))
        with pytest.raises(JoulegraphError) as error:
            CaptureFile(path, made_header())
        assert error.value.code == "capture-in-use"
        file.append(row_of(layers(2)[1]))
    assert len(_read(path)) == 2
    with CaptureFile(path, made_header()):
        pass


def test_a_lock_left_behind_by_a_dead_process_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from py.measure.capture.file import CaptureFile\n"
        "from tests.measure.capture.made import *\n"
        "file = CaptureFile(Path(sys.argv[1]), made_header())\n"
        "file.append(row_of(layers(1)[0]))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)])
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / ".a.csv.gz.lock").exists()
    _write(path, layers(2))
    assert len(_read(path)) == 2
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "data",
    [
        b"op,batch\nfc,1\n",
        gzip.compress(b"op,batch\nfc,1\n"),
        gzip.compress(b"# {}\nop\n"),
        gzip.compress(b'# {"schema": "joulegraph/capture/1"}\nop\n'),
        gzip.compress(b"# [1]\nop\n"),
        gzip.compress(b"# {" + b"[" * 200 + b"\nop\n"),
        gzip.compress(b"# {\xff}\nop\n"),
        gzip.compress(b"# " + b"x" * 5_000_000),
        gzip.compress(b"one line of somebody else"),
        gzip.compress(b'# {"schema": "another/1"'),
        gzip.compress(made_header().line.replace("0123", "0123\n").encode() + b"\n"),
    ],
    ids=[
        *("plain", "table", "empty object", "schema alone", "array", "deep", "bytes"),
        *("endless", "one line", "cut", "two lines"),
    ],
)
def test_what_is_no_capture_is_left_alone(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(data)
    with pytest.raises(JoulegraphError) as error:
        CaptureFile(path, made_header())
    assert error.value.code == "capture-invalid"
    assert path.read_bytes() == data
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_line_without_end_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    _write(path, layers(1))
    path.write_bytes(path.read_bytes() + gzip.compress(b"x" * 100_000_000))
    with pytest.raises(JoulegraphError, match="lines of at most"):
        _read(path)


@pytest.mark.parametrize(
    "tail",
    [b"\0" * 4096, b"garbage", gzip.compress(b"a,b\n"), b"\x1f\x8b"],
    ids=["zeros", "garbage", "other rows", "a beginning"],
)
def test_what_a_power_failure_leaves_behind_is_kept_beside(tmp_path: Path, tail: bytes) -> None:
    path = tmp_path / "a.csv.gz"
    _write(path, layers(3))
    damaged = path.read_bytes() + tail
    path.write_bytes(damaged)
    with CaptureFile(path, made_header()) as file:
        assert len(file.done) == 3
        for shape in layers(5)[3:]:
            file.append(row_of(shape))
    assert _keys(path) == [key_of(shape.cells) for shape in layers(5)]
    beside = tmp_path / "a.csv.gz.damaged"
    if tail == b"\x1f\x8b":  # that is a beginning of gzip data, cut
        assert not beside.exists()
    else:
        assert beside.read_bytes() == damaged
        assert "damaged after 3 rows" in file.notes[0]


@pytest.mark.parametrize("place", range(0, 1400, 37))
def test_a_flipped_byte_costs_no_row_before_it(tmp_path: Path, place: int) -> None:
    path = tmp_path / "a.csv.gz"
    _write(path, layers(6))
    data = bytearray(path.read_bytes())
    keys = _keys(path)
    data[place % len(data)] ^= 0x55
    path.write_bytes(data)
    with suppress(JoulegraphError):
        found = _keys(path)
        # Letters may be others where a byte of the text itself is, but nothing is made up.
        assert len(found) <= len(keys)


# --- a disk that is full ------------------------------------------------------------------------


@pytest.fixture
def full_after(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """A disk with room for as many more bytes the list's one element says."""
    room = [1 << 40]
    write = os.write

    def limited(descriptor: int, data: memoryview) -> int:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return write(descriptor, data)
        taken = min(len(data), room[0])
        if taken == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        room[0] -= taken
        return write(descriptor, data[:taken])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", limited)
        yield room


def test_a_full_disk_is_one_error_and_no_row_is_lost_or_doubled(
    tmp_path: Path, full_after: list[int]
) -> None:
    path = tmp_path / "a.csv.gz"
    shapes = layers(8)

    def measured(file: CaptureFile) -> Iterator[Shape]:
        for shape in shapes:
            file.append(row_of(shape))
            yield shape

    with CaptureFile(path, made_header()) as file:
        empty = path.stat().st_size
        list(measured(file))
        needed = path.stat().st_size - empty
    for room in range(0, needed, 3):
        path.unlink()
        full_after[0] = 1 << 40
        file = CaptureFile(path, made_header())
        full_after[0] = room
        kept: list[Shape] = []
        with pytest.raises(JoulegraphError, match="No space left") as error:
            kept.extend(measured(file))
        assert error.value.code == "disk-full"
        with pytest.raises(JoulegraphError):
            file.append(row_of(shapes[-1]))
        file.close()
        assert _keys(path) == [key_of(shape.cells) for shape in kept]
        full_after[0] = 1 << 40
        _write(path, shapes)
        assert _keys(path) == [key_of(shape.cells) for shape in shapes]


def test_a_disk_that_fails_at_sync_has_no_half_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv.gz"
    file = CaptureFile(path, made_header())
    file.append(row_of(layers(1)[0]))

    def broken(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", broken)
        with pytest.raises(JoulegraphError) as error:
            file.append(row_of(layers(2)[1]))
    assert error.value.code == "unwritable"
    file.close(tidy=True)
    assert len(_read(path)) == 1
    _write(path, layers(2))
    assert len(_read(path)) == 2


def test_a_disk_that_can_not_sync_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(descriptor: int) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "fsync", none)
    _write(tmp_path / "a.csv.gz", layers(2))
    assert len(_read(tmp_path / "a.csv.gz")) == 2


def test_no_room_for_a_copy_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    """The system's own limit on the size of files stands for a disk that is nearly full."""
    path = tmp_path / "a.csv.gz"
    _write(path, layers(30))
    before = path.read_bytes()
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from py.errors import JoulegraphError\n"
        "from py.measure.capture.file import CaptureFile\n"
        "from tests.measure.capture.made import *\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, (300, {resource.RLIM_INFINITY}))\n"
        "try: CaptureFile(Path(sys.argv[1]), made_header())\n"
        "except JoulegraphError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert "[disk-full]" in done.stdout
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(JoulegraphError) as error:
        CaptureFile(tmp_path / "none" / "a.csv.gz", made_header())
    assert error.value.code == "unwritable"
