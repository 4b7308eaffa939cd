"""What a model is run on: files of arrays, good and bad, and arrays drawn at random."""

import contextlib
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from py.errors import JoulegraphError
from py.simulate import Inputs, generated_inputs, image_count, read_inputs, simulate
from tests.simulate.by_hand import row_stationary
from tests.simulate.models import given, layers_of, model_of, sparse
from tests.simulate.running import uncoded

X = sparse(1, 2, 3, 9, 9)


def saved(tmp_path: Path, **arrays: object) -> Path:
    path = tmp_path / "inputs.npz"
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return path


def code_of(path: Path) -> str:
    with pytest.raises(JoulegraphError) as raised:
        read_inputs(path)
    assert raised.value.remedy
    return raised.value.code


def test_arrays_come_back_as_they_were_saved(tmp_path: Path) -> None:
    ids = np.arange(6).reshape(2, 3)
    found = read_inputs(saved(tmp_path, x=X, ids=ids))
    assert found.source == "inputs.npz"
    assert found.notes == ()
    np.testing.assert_array_equal(found.arrays["x"], X)
    np.testing.assert_array_equal(found.arrays["ids"], ids)


def test_compressed_arrays_come_back(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "inputs.npz", x=X)
    np.testing.assert_array_equal(read_inputs(tmp_path / "inputs.npz").arrays["x"], X)


def test_pickled_objects_are_refused_unread(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return pytest.fail, ("the pickle was run",)

    path = saved(tmp_path, x=np.array([Trap()], object))
    assert code_of(path) == "inputs-pickled"


def test_files_that_are_no_archive_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "inputs.npz"
    for content in (b"", b"PK\x03\x04", b"no archive at all"):
        path.write_bytes(content)
        assert code_of(path) == "inputs-unreadable"
    assert code_of(tmp_path / "absent.npz") == "inputs-unreadable"
    np.save(tmp_path / "alone.npy", X)
    assert code_of(tmp_path / "alone.npy") == "inputs-unreadable"


def test_damaged_files_end_in_an_error(tmp_path: Path) -> None:
    path = saved(tmp_path, x=X)
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        assert code_of(path) == "inputs-unreadable"
    random = np.random.default_rng(3)
    for place in random.integers(0, len(whole), 100):
        damaged = bytearray(whole)
        damaged[place] ^= int(random.integers(1, 256))
        path.write_bytes(bytes(damaged))
        with contextlib.suppress(JoulegraphError):
            # What is read all the same is whole: each array has a check sum.
            np.testing.assert_array_equal(read_inputs(path).arrays.get("x", X), X)


def test_an_array_that_claims_more_than_it_has_is_refused(tmp_path: Path) -> None:
    header = io.BytesIO()
    claim = {"descr": "<f4", "fortran_order": False, "shape": (1 << 40,)}
    np.lib.format.write_array_header_1_0(header, claim)
    path = tmp_path / "inputs.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.npy", header.getvalue() + b"\0" * 16)
    assert code_of(path) == "inputs-unreadable"


def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("py.simulate.inputs.MOST_BYTES", 1000)
    assert code_of(saved(tmp_path, x=X)) == "inputs-too-large"


def test_random_inputs_are_the_same_for_a_seed_and_say_so() -> None:
    asked = ({"x": (2, 3), "ids": (4,)}, {"x": "float16", "ids": "int64"})
    one, same, other = (generated_inputs(*asked, seed=seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(one.arrays["x"], same.arrays["x"])
    assert not np.array_equal(one.arrays["x"], other.arrays["x"])
    assert one.arrays["x"].dtype == np.float16
    assert set(one.arrays["ids"].tolist()) <= {0, 1}
    (note,) = one.notes
    assert note.code == "inputs-generated"
    assert "seed 7" in note.text


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [
        ((2,), "object"),
        ((2,), "str"),
        ((2,), "nothing"),
        ((2,), None),
        ((2, None), "int64"),
        (None, "bool"),
    ],
)
def test_what_cannot_be_drawn_is_asked_for(
    shape: tuple[int | None, ...] | None, dtype: str | None
) -> None:
    with pytest.raises(JoulegraphError) as raised:
        generated_inputs({"words": shape}, {"words": dtype})
    assert raised.value.code == "inputs-needed"
    assert "'words'" in raised.value.message


def conv() -> bytes:
    node = helper.make_node("Conv", ["x", "w"], ["y"], "conv")
    shape: list[int | str] = ["batch", 3, 9, 9]
    return model_of([node], {"x": shape}, {"y": ["b", 4, 7, 7]}, {"w": sparse(2, 4, 3, 3, 3)})


@pytest.mark.parametrize(
    ("inputs", "code", "told"),
    [
        (given(image=X), "inputs-missing", "no array 'x'"),
        (given(), "inputs-missing", "got nothing"),
        (given(x=X, more=X), "inputs-unknown", "'more'"),
        (Inputs({"x": X.astype(np.float64)}, ""), "inputs-dtype", "float32, got float64"),
        (given(x=X[:, :2]), "inputs-shape", "[2, 2, 9, 9]"),
        (given(x=X[0]), "inputs-shape", "['batch', 3, 9, 9], got [3, 9, 9]"),
        (given(x=X[:0]), "inputs-shape", "[0, 3, 9, 9]"),
    ],
    ids=["name", "none", "more", "type", "size", "rank", "empty"],
)
def test_inputs_that_do_not_fit_the_model(inputs: Inputs, code: str, told: str) -> None:
    data = conv()
    with pytest.raises(JoulegraphError) as raised:
        simulate(data, inputs, layers_of(data, 2).layers, row_stationary, uncoded)
    assert raised.value.code == code
    assert told in raised.value.message
    assert raised.value.remedy


def test_a_model_is_run_on_random_inputs_of_its_shapes() -> None:
    data = conv()
    model = layers_of(data, 2)
    inputs = generated_inputs(model.inputs, model.input_types)
    assert image_count(data, inputs) == 2
    found = simulate(data, inputs, model.layers, row_stationary, uncoded)
    assert found.layers[0].zeros.ifmap == 0.0
    assert [note.code for note in found.notes] == ["inputs-generated"]
