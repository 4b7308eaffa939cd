"""Rows are read anew each time they are gone through, line by line."""

import gzip
import os
import threading
from pathlib import Path

import pytest

from py.errors import JoulegraphError
from py.measure.table import row_stream, table_text
from py.measure.table.condition import Condition
from py.measure.table.others import Others
from py.measure.table.rows import parse_rows, stream_rows

TABLE = (
    b"op,batch,power_w,energy_mj,device\n"
    b"fc,1,5,7,a\nidle,,3,,a\nconv,2,,,b\nfc,3,-1,2,a\nfc,4,,,a\n"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(TABLE))
    return path


def test_rows_can_be_gone_through_again(path: Path) -> None:
    stream = stream_rows([path])
    whole = parse_rows(TABLE, path.name)
    assert tuple(stream) == tuple(stream) == whole.rows
    assert tuple(aside for _, aside in stream.read() if aside is not None) == whole.set_aside


def test_some_rows_are_picked_by_op_place_and_condition(path: Path) -> None:
    stream = stream_rows([path])
    assert [row.line for row in stream.of_op("idle")] == [3]
    assert [row.line for row in stream.at([0, 2, 4])] == [2, 4, 6]
    assert list(stream.at([])) == []
    some = stream_rows([path], [Condition("device", "a")])
    assert [row.line for row in some.at([1, 3])] == [3, 6]
    twice = stream_rows([path, path])
    assert [row.batch for row in twice.at([4, 5])] == [4, 1]


def test_powers_can_be_left_out(path: Path) -> None:
    stream = stream_rows([path]).without_powers()
    for rows in (stream, stream.at([0]), stream.of_op("fc")):
        assert {(row.power_w, row.energy_j) for row in rows} == {(None, None)}


def test_what_is_wrong_is_said_when_the_row_is_reached(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TABLE + b"fc,none,,,a\n")
    rows = iter(stream_rows([path]))
    assert [next(rows).line for _ in range(5)] == [2, 3, 4, 5, 6]
    with pytest.raises(JoulegraphError, match=r"Line 7 of t.csv should have a number in column"):
        next(rows)


def test_a_damaged_end_is_said_before_any_row(path: Path) -> None:
    path.write_bytes(gzip.compress(TABLE)[:-3])
    with pytest.raises(JoulegraphError, match="a damaged file"):
        next(iter(stream_rows([path])))


@pytest.mark.parametrize("start", [0, 1, 2, 3, 4, 5, 6, 7])
def test_bytes_that_are_no_text_have_their_place_however_they_are_read(
    start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_text, "_PIECE", 3)
    good = b"op\n" + "é€".encode() * 4
    for bad in (b"\xff", b"\xe2\x82", b"\xe2\x82x"):
        data = b"\xef\xbb\xbf" + good + b"." * start + bad
        with pytest.raises(UnicodeDecodeError) as expected:
            data.decode("utf-8-sig")
        with pytest.raises(JoulegraphError) as caught:
            parse_rows(data, "t.csv")
        assert caught.value.message.endswith(f"other bytes at byte {expected.value.start}.")
        assert len(parse_rows(good + b"." * start, "t.csv").rows) == 1


def test_a_row_that_does_not_end_is_refused_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table_text, "_MOST_TEXT", 1_000)
    assert len(parse_rows(b"op\n" + b"conv\n" * 900, "t.csv").rows) == 900
    for endless in (b"x" * 1_000, b"," * 1_000, b'"\n",' * 300):
        with pytest.raises(JoulegraphError, match="fewer than 1000 characters in a row, got more"):
            parse_rows(b"op\nconv\n" + endless, "t.csv")


def test_what_rows_were_chosen_by_is_told_in_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_stream, "_SEEN", 14)
    path = tmp_path / "t.csv"
    path.write_text("op,device\n" + "".join(f"fc,d{n * 37 % 100:02d}\n" for n in range(100)))
    with pytest.raises(JoulegraphError) as caught:
        list(stream_rows([path], [Condition("device", "none")]))
    first = ", ".join(f"d{number:02d}" for number in range(12))
    assert caught.value.remedy == f"Choose among: device has {first}, …."


def test_a_pipe_is_read_as_well(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[TABLE])
    writer.start()
    stream = stream_rows([pipe])
    assert len(list(stream)) == len(list(stream)) == 5
    writer.join()


@pytest.mark.parametrize("cells", [["a", "", "é"], ["a", "\x1f", "b"], ["", "", ""]])
def test_packed_cells_are_the_same_cells(cells: list[str]) -> None:
    loose = Others({"one": 0, "two": 1, "three": 2}, cells)
    packed = loose.packed()
    assert packed == loose == packed.packed()
    assert dict(packed) == dict(zip(["one", "two", "three"], cells, strict=True))
    part = Others({"three": 2}, cells).packed()
    assert dict(part) == {"three": cells[2]}
    assert len(Others({}, cells).packed()) == 0
