"""Models from files, folders, patterns and links."""

import os
from pathlib import Path

import pytest

from py.errors import JoulegraphError
from py.sweep.asked.models import models_of

LINK = "https://example.org/#v1.abc"


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder from which the program runs, with models and other things."""
    monkeypatch.chdir(tmp_path)
    for name in ("zoo/b.onnx", "zoo/a.onnx", "zoo/a.density.json", "zoo/in/c.onnx", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return tmp_path


def refused(*arguments: str) -> JoulegraphError:
    with pytest.raises(JoulegraphError) as caught:
        models_of(arguments)
    return caught.value


@pytest.mark.usefixtures("zoo")
class TestFound:
    def test_a_folder_has_the_models_inside_in_the_order_of_their_paths(self) -> None:
        inside = ("zoo/a.onnx", "zoo/b.onnx", "zoo/in/c.onnx")
        assert models_of(["zoo"]) == inside
        assert models_of(["zoo/"]) == inside

    def test_a_pattern_has_what_it_matches(self) -> None:
        assert models_of(["zoo/*.onnx"]) == ("zoo/a.onnx", "zoo/b.onnx")
        assert models_of(["zoo/**/c.*"]) == ("zoo/in/c.onnx",)
        assert models_of(["zoo/[b-z].onnx"]) == ("zoo/b.onnx",)
        assert models_of(["**"]) == (
            *("notes.txt", "zoo/a.density.json", "zoo/a.onnx", "zoo/b.onnx", "zoo/in/c.onnx"),
        )

    def test_what_is_named_stays_in_its_place_each_once(self) -> None:
        named = ["notes.txt", "missing.onnx", LINK, "zoo/in", "zoo", "./zoo/b.onnx", "zoo//a.onnx"]
        assert models_of([*named, LINK, "notes.txt"]) == (
            *("notes.txt", "missing.onnx", LINK),
            *("zoo/in/c.onnx", "zoo/a.onnx", "zoo/b.onnx"),
        )

    def test_a_path_goes_before_a_pattern_and_before_a_link(self, zoo: Path) -> None:
        for name in ("[x].onnx", "a#v1.onnx"):
            (zoo / name).write_bytes(b"")
        (zoo / "[y].onnx").symlink_to("nowhere")
        given = ["[x].onnx", "a#v1.onnx", "[y].onnx"]
        assert models_of(given) == tuple(given)

    def test_hostile_names_are_names(self, zoo: Path) -> None:
        names = ["-rf.onnx", " .onnx", "a\nb.onnx", "'; rm.onnx", "*.onnx", "é😀.onnx"]
        for name in names:
            (zoo / "in").mkdir(exist_ok=True)
            (zoo / "in" / name).write_bytes(b"")
        bytes_name = os.fsencode(zoo / "in") + b"/\xff.onnx"  # no characters in UTF-8
        with open(bytes_name, "wb"):
            names.append(os.fsdecode(b"\xff.onnx"))
        assert models_of(["in"]) == tuple(sorted(f"in/{name}" for name in names))
        assert models_of(["in/*"]) == models_of(["in"])

    def test_what_no_file_can_be_called_is_left_to_its_rows(self) -> None:
        names = ("x" * 5000, "nul\0.onnx")
        assert models_of(names) == names

    def test_broken_links_and_folders_called_as_models_are_not_passed_over(self, zoo: Path) -> None:
        (zoo / "zoo" / "gone.onnx").symlink_to("nowhere")
        (zoo / "zoo" / "empty.onnx").mkdir()
        (zoo / "zoo" / "full.onnx").mkdir()
        (zoo / "zoo" / "full.onnx" / "model.onnx").write_bytes(b"")
        found = models_of(["zoo"])
        assert found == (
            *("zoo/a.onnx", "zoo/b.onnx", "zoo/empty.onnx", "zoo/full.onnx/model.onnx"),
            *("zoo/gone.onnx", "zoo/in/c.onnx"),
        )
        assert "zoo/gone.onnx" in models_of(["zoo/*.onnx"])

    def test_folders_that_are_a_circle_end(self, zoo: Path) -> None:
        (zoo / "zoo" / "again").symlink_to(zoo / "zoo")
        assert len(models_of(["zoo"])) == 3

    def test_a_folder_that_cannot_be_listed_is_told_by_its_rows(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scandir = os.scandir

        def closed(path: str) -> object:
            if str(path) == "zoo/in":
                raise PermissionError(13, "Permission denied", path)
            return scandir(path)

        monkeypatch.setattr(os, "scandir", closed)
        assert models_of(["zoo"]) == ("zoo/a.onnx", "zoo/b.onnx", "zoo/in")

    def test_no_models_are_told(self, zoo: Path) -> None:
        (zoo / "bare").mkdir()
        assert "at least one model" in refused().message
        for argument in ("bare", "*.nothing"):
            error = refused("notes.txt", argument)
            assert (error.code, argument in error.message) == ("no-models", True)

    def test_standard_input_is_refused(self) -> None:
        error = refused("notes.txt", "-")
        assert error.code == "bad-option"
        assert "standard input" in error.message
        assert models_of(["./-"]) == ("./-",)
