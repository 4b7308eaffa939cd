"""Every operator that the standards and the graph room know has works."""

import ast
from pathlib import Path

from onnx import defs

import py.layers.works
from py.graph.rules import known_operators
from py.layers.works import known_works

CONTROL_FLOW = {("", op) for op in ("If", "Loop", "Scan", "SequenceMap")} | {
    ("com.microsoft", op) for op in ("BeamSearch", "GreedySearch", "Sampling", "WhisperBeamSearch")
}
"""What they compute is in their bodies."""

TRAINING = "ai.onnx.preview.training"


def test_every_operator_of_the_standard_has_works() -> None:
    schemas = {
        (schema.domain, schema.name)
        for schema in defs.get_all_schemas_with_history()
        if schema.domain != TRAINING
    }
    assert schemas - known_works() == {entry for entry in CONTROL_FLOW if not entry[0]}


def test_every_operator_with_a_rule_has_works() -> None:
    rules = {entry for entry in known_operators() if entry[0] != TRAINING}
    assert rules - known_works() - CONTROL_FLOW == set()


def test_the_room_has_one_function_for_each_and_no_file_that_it_does_not_load() -> None:
    room = Path(py.layers.works.__file__).parent
    tree = ast.parse((room / "__init__.py").read_text())
    loaded = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "py.layers.works"
        for alias in node.names
    }
    families = {path.stem for path in room.glob("*.py")}
    assert families - loaded == {"__init__", "place", "registry", "work"}
