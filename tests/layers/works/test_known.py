"""Every operator that the standards and the graph room know has works."""

import sys
from pathlib import Path

from onnx import defs

import py.layers.works
from py.graph.rules import known_operators
from py.layers.works import known_works, load_all

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


def test_every_module_of_the_room_is_loaded() -> None:
    load_all()
    room = Path(py.layers.works.__file__).parent
    families = {f"py.layers.works.{path.stem}" for path in room.glob("[!_]*.py")}
    assert families <= sys.modules.keys()
