"""Weights in files beside the model: found in its folder, and nowhere else."""

import io
import os
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import numpy_helper

from py.errors import JoulegraphError
from py.graph.weights import (
    Absent,
    OpenFiles,
    Stored,
    Stretch,
    beside,
    count_zeros,
    given_along,
    stored_tensor,
    zero_of,
)
from py.graph.weights.external import external_path, external_place
from tests.graph.weights.files_in_memory import graph_of, model_of

VALUES = np.array([0, 1, 0, 2, 3, 0, 0, 5] * 100, np.float32)


def external_model(location: str, **entries: str) -> bytes:
    tensor = onnx.TensorProto(name="t", data_type=onnx.TensorProto.FLOAT, dims=[VALUES.size])
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in {"location": location, **entries}.items():
        tensor.external_data.add(key=key, value=value)
    return model_of(tensor)


def count(folder: Path, data: bytes) -> int | Absent:
    """Count in a model that lies in ``folder``, as the terminal does."""
    path = folder / "model.onnx"
    path.write_bytes(data)
    with path.open("rb") as file, OpenFiles(file, beside(path)) as files:
        stored = stored_tensor(graph_of(data), "t")
        if isinstance(stored, Absent):
            return stored
        zero = zero_of(stored.dtype)
        assert zero is not None
        return count_zeros(stored, zero, files)


def test_what_onnx_saves_beside_a_model_is_counted(tmp_path: Path) -> None:
    model = onnx.load_from_string(model_of(numpy_helper.from_array(VALUES, "t")))
    onnx.save(
        model,
        tmp_path / "saved.onnx",
        save_as_external_data=True,
        location="saved.data",
        size_threshold=0,
    )
    assert count(tmp_path, (tmp_path / "saved.onnx").read_bytes()) == 400


@pytest.mark.parametrize("location", ["w.bin", "sub/w.bin", "./w.bin", "a name with ünicode"])
def test_offset_and_length_are_heeded(tmp_path: Path, location: str) -> None:
    path = tmp_path / location
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(bytes(4096) + VALUES.tobytes() + bytes(100))
    assert count(tmp_path, external_model(location, offset="4096", length="3200")) == 400
    assert count(tmp_path, external_model(location, offset="4096")) == 400
    shifted = np.count_nonzero(np.frombuffer(path.read_bytes(), "<f4", 800, 100) == 0)
    assert count(tmp_path, external_model(location, offset="100")) == shifted


@pytest.mark.parametrize(
    "location",
    [
        "../secret",
        "sub/../../secret",
        "..",
        "..\\secret",
        "sub\\..\\..\\secret",
        "/etc/passwd",
        "\\\\host\\share\\secret",
        "C:\\secret",
        "C:secret",
        "nul\0byte",
        "x" * 5000,
        "link",
        "folder/secret",
        ".",
    ],
)
def test_names_that_lead_out_of_the_folder_are_refused(tmp_path: Path, location: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(VALUES.tobytes())
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "folder").symlink_to(tmp_path)
    with pytest.raises(JoulegraphError) as caught:
        count(folder, external_model(location))
    assert caught.value.code == "external-path"
    assert all(character.isprintable() for character in str(caught.value))
    assert len(str(caught.value)) < 500


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(JoulegraphError) as caught:
        count(tmp_path, external_model("pipe"))
    assert "no ordinary file" in caught.value.message


@pytest.mark.parametrize("location", ["circle", "x" * 300, "model.onnx/inside"])
def test_what_no_file_can_be_is_told(tmp_path: Path, location: str) -> None:
    (tmp_path / "circle").symlink_to("circle")
    try:
        found = count(tmp_path, external_model(location))
    except JoulegraphError as error:
        assert error.code == "external-unreadable"  # noqa: PT017 - one of two good ends
    else:
        assert isinstance(found, Absent)


def test_links_inside_the_folder_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real.bin").write_bytes(VALUES.tobytes())
    (tmp_path / "w.bin").symlink_to("real.bin")
    assert count(tmp_path, external_model("w.bin")) == 400


def test_a_model_that_is_a_link_has_its_weights_beside_what_it_links_to(tmp_path: Path) -> None:
    """Download caches lay models out like this: both names are links into one folder."""
    blobs, shown = tmp_path / "blobs", tmp_path / "shown"
    blobs.mkdir()
    shown.mkdir()
    (blobs / "1").write_bytes(external_model("w.bin"))
    (blobs / "2").write_bytes(VALUES.tobytes())
    (shown / "model.onnx").symlink_to(blobs / "1")
    (shown / "w.bin").symlink_to(blobs / "2")
    assert external_path(shown / "model.onnx", "w.bin") == (blobs / "2").resolve()


def test_a_missing_file_is_an_answer(tmp_path: Path) -> None:
    assert count(tmp_path, external_model("gone.bin")) == Absent("the file 'gone.bin' is not there")


def test_a_file_that_was_cut_off_is_an_answer(tmp_path: Path) -> None:
    (tmp_path / "w.bin").write_bytes(VALUES.tobytes()[:-1])
    assert count(tmp_path, external_model("w.bin")) == Absent(
        "the file 'w.bin' ends too early, at byte 3,199"
    )


def test_a_model_from_a_pipe_has_nothing_beside_it() -> None:
    files = OpenFiles(io.BytesIO(b""), beside(None))
    assert files.size_bytes("w.bin") is None


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ({"offset": "-4"}, "no number"),
        ({"offset": "0x10"}, "no number"),
        ({"offset": "٤"}, "no number"),
        ({"offset": "9" * 400}, "no number"),
        ({"length": "3199"}, "where the shape needs 3,200"),
        ({"length": ""}, "no number"),
    ],
)
def test_places_that_are_none_are_an_answer(
    tmp_path: Path, entries: dict[str, str], why: str
) -> None:
    (tmp_path / "w.bin").write_bytes(VALUES.tobytes())
    found = count(tmp_path, external_model("w.bin", **entries))
    assert isinstance(found, Absent)
    assert why in found.why


def test_a_place_without_a_name_is_an_answer() -> None:
    assert external_place({"offset": "1"}, 4) == "in another file, whose name is missing"


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_no_name_reaches_out_of_the_folder(location: str) -> None:
    model = Path(__file__).parent / "model.onnx"
    try:
        path = external_path(model, location)
    except JoulegraphError:
        return
    assert path is None or path.is_relative_to(model.parent.resolve())


def test_files_given_along_are_found_by_their_last_name(tmp_path: Path) -> None:
    find = given_along({"w.bin": tmp_path / "0", "a/b.bin": tmp_path / "1"})
    assert find("w.bin") == find("deep/down/w.bin") == find("deep\\w.bin") == tmp_path / "0"
    assert find("a/b.bin") == tmp_path / "1"
    assert find("b.bin") is None
    assert find("../../etc/passwd") is None


def test_a_sparse_file_of_many_gigabytes_is_seen_by_its_size_only(tmp_path: Path) -> None:
    """Nothing is read to know that a file is too short, or long enough."""
    path = tmp_path / "huge.bin"
    with path.open("wb") as file:
        file.truncate(12 << 30)
    files = OpenFiles(io.BytesIO(b""), beside(tmp_path / "model.onnx"))
    assert files.size_bytes("huge.bin") == 12 << 30
    stored = Stored("float32", 32, 1000, (Stretch("huge.bin", (12 << 30) - 4000, 12 << 30),))
    zero = zero_of("float32")
    assert zero is not None
    assert count_zeros(stored, zero, files) == 1000
