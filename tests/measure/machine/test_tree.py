"""Bounded reading: what is missing, endless, forbidden or no text is None, and nothing waits."""

import os
from pathlib import Path

import pytest

from py.measure.machine.tree import Tree, decimal, ranges, whole


def test_files_are_read_from_their_start_and_stripped(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"  one\ntwo \xff\n")
    tree = Tree(tmp_path)
    assert tree.text("a") == "one\ntwo \N{REPLACEMENT CHARACTER}"
    assert tree.text("a", 4) == "on"
    assert tree.word("a") == "one"
    assert (tree.has("a"), tree.has("b")) == (True, False)


def test_what_is_no_file_is_none(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    assert [tree.text(name) for name in ("missing", "folder", "loop", "a\0b")] == [None] * 4
    assert not tree.text("pipe")  # and no waiting for someone to write into it
    assert tree.names("missing") == tree.names("pipe") == ()


def test_an_endless_file_is_cut() -> None:
    assert len(Tree().text("dev/zero", 5000) or "") == 0
    assert len((Tree().text("dev/urandom", 5000) or "").encode("utf-8", "replace")) < 30_000


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("12", 12), (" 7\n", 7), ("-1", None), ("", None), (None, None), ("1e3", None)),
        *(("0x10", None), ("٣", None), ("9" * 30, None), ("nan", None)),
    ],
)
def test_whole_numbers(text: str | None, number: int | None) -> None:
    assert whole(text) == number


def test_bounds_are_kept() -> None:
    assert (whole("5", 6), whole("5", 0, 4), whole("-3", -5)) == (None, None, -3)
    assert (decimal("2.5"), decimal("nan"), decimal("1e9"), decimal("3.5", 4)) == (
        *(2.5, None),
        *(None, None),
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *(("0-3,8", (0, 1, 2, 3, 8)), ("5", (5,)), ("3-1", ()), ("x", ()), ("", ()), (None, ())),
        *(("0-999999", ()), ("1,,2", ()), ("0-1,0-1", (0, 1))),
    ],
)
def test_lists_of_processors(text: str | None, found: tuple[int, ...]) -> None:
    assert ranges(text) == found


def test_names_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("cpu10", "cpu2", "cpu0", "cpufreq"):
        (tmp_path / name).mkdir()
    assert Tree(tmp_path).names("", r"cpu\d+") == ("cpu0", "cpu2", "cpu10")
