"""The committed files are what the declarations make, and are valid and small."""

import json
from pathlib import Path

import onnx
import pytest

from py.samples.catalogue import SAMPLES, Sample
from py.samples.write import FOLDER, write_samples

EACH = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)


def test_regenerated_files_equal_the_committed_ones(tmp_path: Path) -> None:
    for path in write_samples(tmp_path, reference=None):
        assert path.read_bytes() == (FOLDER / path.name).read_bytes(), path.name


def test_regenerated_zero_fractions_equal_the_committed_ones(tmp_path: Path, shared: Path) -> None:
    reference = shared / "references" / "activation_sparsity.json"
    tables = [p for p in write_samples(tmp_path, reference) if p.name.endswith(".density.json")]
    assert len(tables) == 4
    for path in tables:
        assert path.read_bytes() == (FOLDER / path.name).read_bytes(), path.name


def test_the_folder_holds_what_the_index_lists_and_nothing_else() -> None:
    index = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
    listed = {entry[key] for entry in index for key in ("file", "density") if entry[key]}
    assert {path.name for path in FOLDER.iterdir()} == listed | {"index.json"}
    assert len({entry["id"] for entry in index}) == len(index) == 13


@EACH
def test_file_is_valid_with_shape_inference(sample: Sample) -> None:
    path = FOLDER / sample.file
    onnx.checker.check_model(str(path), full_check=True)
    onnx.checker.check_model(onnx.load(str(path)), full_check=True)


@EACH
def test_file_is_small(sample: Sample) -> None:
    assert (FOLDER / sample.file).stat().st_size < 100_000


@EACH
def test_only_the_image_is_asked_for_and_its_batch_is_free(sample: Sample) -> None:
    graph = onnx.load(str(FOLDER / sample.file)).graph
    (image,) = graph.input
    batch, *rest = image.type.tensor_type.shape.dim
    assert batch.dim_param == "batch"
    assert all(dim.dim_value > 0 for dim in rest)


@EACH
def test_node_names_are_distinct(sample: Sample) -> None:
    names = [node.name for node in onnx.load(str(FOLDER / sample.file)).graph.node]
    assert "" not in names
    assert len(set(names)) == len(names)
