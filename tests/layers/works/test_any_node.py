"""Nodes that no standard allows: every one ends in works or in an error of ours."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.graph import TensorType
from py.layers.works import known_works, works_of
from tests.layers.works.single_node import Tensors, node_of

SIZES = st.none() | st.integers(0, 5)
SHAPES = st.none() | st.lists(SIZES, max_size=6).map(tuple)
DTYPES = st.sampled_from([None, "float32", "int8", "uint8", "int64", "object"])
INTEGERS = (
    "K N Nkv Nq activation axis bits block_size channels_last expert_weight_bits group "
    "hidden_size is_causal k kv_num_heads layout local_window_size max_gram_length "
    "max_skip_count min_gram_length num_heads onesided q_num_heads sampling_ratio signal_ndim "
    "size transA transB transBatchA transBatchB v_head_size window"
)
LISTS = (
    "dilations kernel_shape pads qkv_hidden_sizes strides nodes_treeids nodes_nodeids "
    "nodes_truenodeids nodes_falsenodeids tree_roots nodes_trueleafs nodes_falseleafs"
)
TEXTS = (
    "activation_type auto_pad equation kernel_type mode post_transform reduction update_rule metric"
)
WORDS = st.sampled_from(
    ["", "NONE", "RBF", "linear", "cubic", "ij,jk->ik", "...i,i->", "Relu", "gated_delta"]
)
ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.integers(-3, 9) for name in INTEGERS.split()},
        **{name: st.lists(st.integers(-2, 4), min_size=1, max_size=6) for name in LISTS.split()},
        **dict.fromkeys(TEXTS.split(), WORDS),
        "coefficients": st.lists(st.floats(-1, 1), min_size=1, max_size=9),
        "support_vectors": st.lists(st.floats(-1, 1), min_size=1, max_size=9),
        "nodes_modes": st.lists(st.sampled_from(["LEAF", "BRANCH_LEQ"]), min_size=1, max_size=6),
        "activations": st.lists(WORDS, min_size=1, max_size=6),
    },
)
TYPES = st.builds(TensorType, DTYPES, SHAPES) | st.just(TensorType(form="sequence"))
OPERANDS = st.lists(st.none() | st.tuples(TYPES, st.booleans()), max_size=15)


@given(st.sampled_from(sorted(known_works())), OPERANDS, st.lists(TYPES, max_size=4), ATTRIBUTES)
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_node_ends_in_works(
    operator: tuple[str, str],
    operands: list[tuple[TensorType, bool] | None],
    results: list[TensorType],
    attributes: dict[str, Any],
) -> None:
    domain, op = operator
    inputs = ["" if entry is None else f"x{i}" for i, entry in enumerate(operands)]
    outputs = [f"y{i}" for i in range(len(results))]
    given_ = [(f"x{i}", *entry) for i, entry in enumerate(operands) if entry is not None]
    types = {name: kind for name, kind, _ in given_} | dict(zip(outputs, results, strict=True))
    stored = frozenset(name for name, _, constant in given_ if constant)
    node = node_of(op, inputs, outputs, domain, **attributes)
    activations = tuple(name for name, _, constant in given_ if not constant)
    try:
        parts = works_of(Tensors(types, stored), node, activations)
    except JoulegraphError as error:
        assert error.code == "bad-attribute"  # noqa: PT017 - one of two good ends
        return
    assert parts
    for work in parts:
        for count in (work.macs, work.ops, work.weight_elements, work.ofmap_elements):
            assert count is None or count >= 0
        assert work.loops is None or work.loops.macs == work.macs
        assert set(work.weights) <= stored
        assert work.runs >= 0
