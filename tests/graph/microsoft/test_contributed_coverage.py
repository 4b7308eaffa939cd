"""Every operator of onnxruntime's own has a rule; sizes that elements decide have a bound."""

from typing import Any

import numpy as np
import pytest
from onnx import defs

from py.graph.rules import find_rule, known_operators
from tests.graph.microsoft.oracle import STRING, contrib, site_of
from tests.graph.single_operator import INT32, INT64, Case, ints

state: Any = pytest.importorskip("onnxruntime.capi.onnxruntime_pybind11_state")

#: Nodes that hold what a provider compiled; what they do is not in the file.
OPAQUE = {("com.microsoft", "EPContext"), ("com.microsoft", "Snpe")}


def test_every_operator_of_onnxruntime_has_a_rule() -> None:
    standard = {schema.name for schema in defs.get_all_schemas_with_history()}
    theirs = {
        (schema.domain, schema.name)
        for schema in state.get_all_operator_schema()
        if schema.domain not in ("", "ai.onnx.ml") or schema.name not in standard
    }
    assert len(theirs) > 150
    assert theirs - known_operators() == OPAQUE


def bounds(case: Case) -> list[tuple[Any, Any]]:
    """Return shape and largest shape of every output, as the rule alone has them."""
    rule = find_rule(case.domain, case.op)
    assert rule is not None
    return [(found.shape, found.most) for found in rule(site_of(case))]


def test_what_elements_decide_has_a_bound() -> None:
    assert bounds(contrib("Unique", [(9,)], 3)) == [
        ((None,), (9,)),
        ((9,), None),
        ((None,), (9,)),
    ]
    assert bounds(contrib("DynamicTimeWarping", [(1, 4, 6)])) == [((2, None), (2, 9))]
    assert bounds(contrib("RemovePadding", [(2, 3, 8), (INT32, (2,))], 4))[0] == (
        (None, 8),
        (6, 8),
    )
    predicted = [(INT64, (9,)), ints(1, 5), (INT64, ()), (INT64, (4,))]
    assert bounds(contrib("BifurcationDetector", predicted, 2))[0] == ((None,), (6,))


def test_a_cache_is_no_longer_than_the_past_and_what_is_new() -> None:
    caches = [(1, 2, 6, 16)] * 2
    inputs = [(1, 3, 64), *[(1, 3, 32)] * 2, *caches, (INT32, (1,)), (INT32, (1,))]
    case = contrib("GroupQueryAttention", inputs, 3, num_heads=4, kv_num_heads=2)
    assert bounds(case)[1] == ((1, 2, None, 16), (1, 2, 9, 16))


def test_how_many_tokens_a_text_has_is_not_known() -> None:
    case = contrib("Tokenizer", [(STRING, (3, 2))])
    assert [(kind.dtype, kind.shape) for kind in case.ours()] == [("object", (3, 2, None))]


def search(op: str, inputs: list[Any], outputs: int = 1) -> list[Any]:
    return [kind.shape for kind in contrib(op, inputs, outputs, vocab_size=50).ours()]


def test_a_search_returns_as_many_tokens_as_it_may() -> None:
    prompt, most, least = (INT32, (2, 5)), np.array([20], np.int32), np.array([1], np.int32)
    beams, returned = np.array([4], np.int32), np.array([3], np.int32)
    assert search("GreedySearch", [prompt, most, least]) == [(2, 20)]
    assert search("Sampling", [prompt, most, least], 2) == [(2, 20), (2, 50)]
    assert search("BeamSearch", [prompt, most, least, beams, returned], 3) == [
        (2, 3, 20),
        (2, 3),
        (15, 2, 4, 50),
    ]
    assert search("GreedySearch", [prompt, (INT32, (1,)), least]) == [(2, None)]
