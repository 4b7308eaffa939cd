"""The table of whole models as it was looked at; written anew with JOULEGRAPH_GOLDEN=write only."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from py.layers import Choices, Model, read_model
from py.layers.report import model_table
from tests.corpus.recorded import MISSING, choices, model_path, recorded
from tests.golden import check_golden
from tests.layers.report_models import BRACKETED_CSV, control_flow, unknown_operator, unnamed

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden"


def sample(name: str) -> Callable[[], Model]:
    def read() -> Model:
        with (ROOT / "public" / "models" / f"{name}.onnx").open("rb") as file:
            return read_model(file, f"{name}.onnx")

    return read


def corpus(name: str, case: int | None = None) -> Callable[[], Model]:
    """Return what reads a model of the corpus, with a recorded run's inputs or the defaults."""

    def read() -> Model:
        if not model_path(name).exists():
            pytest.skip(MISSING)
        chosen = Choices() if case is None else choices(recorded(name)["cases"][case])
        with model_path(name).open("rb") as file:
            return read_model(file, f"{name}.onnx", chosen)

    return read


def given(data: bytes, name: str, **chosen: Any) -> Callable[[], Model]:
    return lambda: read_model(io.BytesIO(data), name, Choices(**chosen))


SHOWN: dict[str, tuple[Callable[[], Model], dict[str, Any]]] = {
    "alexnet": (sample("alexnet"), {}),
    "googlenet": (sample("googlenet"), {}),
    "resnet18": (corpus("resnet18_ts11_dynbhw"), {}),
    "resnet18_blocks": (corpus("resnet18_ts11_dynbhw"), {"depth": 1}),
    "resnet18_every_layer": (corpus("resnet18_ts11_dynbhw"), {"every": True}),
    "resnet18_narrow": (corpus("resnet18_ts11_dynbhw"), {"width": 80}),
    "resnet18_named_by_weights": (corpus("resnet18_dynamo18_dynb"), {}),
    "bert_base": (corpus("bert_base_ts14_dyn"), {}),
    "bert_base_two_levels": (corpus("bert_base_ts14_dyn"), {"depth": 2}),
    "gpt2_small": (corpus("gpt2_small_ts17_dyn"), {}),
    "silero_vad": (corpus("pkg_silero_vad_16k_op15", 0), {}),
    "resnet18_quantised": (corpus("q_resnet18_qdq_perchannel"), {}),
    "open_nsfw_without_blocks": (corpus("pkg_open_nsfw_nhwc"), {}),
    "table_of_layers": (given(BRACKETED_CSV.encode(), "some.csv"), {}),
    "unknown_operator": (given(unknown_operator(), "odd.onnx"), {}),
    "unnamed_nodes": (given(unnamed(), "unnamed.onnx"), {}),
    "control_flow": (given(control_flow(), "early_exit.onnx"), {}),
    "control_flow_chosen": (
        given(
            control_flow(), "early_exit.onnx", values={"sure": 0.75, "steps": 20}, dims={"batch": 2}
        ),
        {},
    ),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_model_reads_as_it_was_looked_at(name: str) -> None:
    read, options = SHOWN[name]
    text = model_table(read(), **options)
    check_golden(GOLDEN / f"{name}.txt", text)


def test_every_golden_file_belongs_to_a_test() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(SHOWN)
