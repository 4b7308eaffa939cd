"""Which layers are the same: by brute force on few, and as people would say on real changes."""

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.compared.alignment import MOST_CELLS, align, best_in_order, in_order
from py.compared.run import RunLayer
from py.compared.signature import EXACT, Signature, likeness, signature_of
from tests.compared.made import layer, loops, run


def signature(name: str = "", form: str = "conv", *sizes: int) -> Signature:
    return Signature(name, (form,), tuple(sizes) or (0, 0), name.startswith("Conv_"))


SIGNATURES = st.builds(
    signature,
    st.sampled_from(["", "conv1", "conv2", "a/conv1", "Conv_1"]),
    st.sampled_from(["conv", "pool"]),
    st.sampled_from([1, 2]),
    st.sampled_from([1, 2]),
)
FEW = st.lists(SIGNATURES, max_size=5)


def most(first: Sequence[Signature], second: Sequence[Signature]) -> int:
    """Return the largest sum of likenesses of all rising pairs, each choice tried."""
    if not first or not second:
        return 0
    without = most(first[1:], second)
    return max(
        [without]
        + [
            likeness(first[0], other) + most(first[1:], second[at + 1 :])
            for at, other in enumerate(second)
            if likeness(first[0], other)
        ]
    )


@given(FEW, FEW)
def test_likenesses_come_to_as_much_as_can_be(
    first: list[Signature], second: list[Signature]
) -> None:
    pairs = best_in_order(first, second)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
    found = [likeness(first[a], second[b]) for a, b in pairs]
    assert 0 not in found
    assert sum(found) == most(first, second)
    assert sum(found) == sum(likeness(second[a], first[b]) for a, b in best_in_order(second, first))


@given(FEW, FEW)
def test_every_layer_is_in_one_match_at_most(
    first: list[Signature], second: list[Signature]
) -> None:
    matches = align(first, second)
    assert len({match.first for match in matches}) == len(matches)
    assert len({match.second for match in matches}) == len(matches)
    for match in matches:
        a, b = first[match.first], second[match.second]
        if match.how == "name":
            assert a.name == b.name
            assert not a.numbered
        else:
            assert a.form == b.form
            assert (match.how == "shape") == (a.sizes == b.sizes)


@given(FEW, FEW)
def test_nothing_alike_is_left_on_both_sides_of_nothing(
    first: list[Signature], second: list[Signature]
) -> None:
    """Where one run has nothing but what the other has too, all of it is matched."""
    matches = align(first, [*first, *second])
    assert len(matches) == len(first)


@given(st.lists(SIGNATURES, max_size=8))
def test_a_run_is_aligned_with_itself(layers: list[Signature]) -> None:
    assert [(m.first, m.second) for m in align(layers, layers)] == [
        (at, at) for at in range(len(layers))
    ]


def test_names_go_before_order() -> None:
    first = [signature("left"), signature("right")]
    second = [signature("right"), signature("left")]
    found = [(m.first, m.second, m.how) for m in align(first, second)]
    assert found == [(0, 1, "name"), (1, 0, "name")]


def test_a_name_that_does_other_work_is_another_layer() -> None:
    assert align([signature("a", "pool")], [signature("a", "norm")]) == []
    assert [m.how for m in align([signature("a", "conv")], [signature("a", "dense")])] == ["name"]


def test_numbers_of_an_exporter_are_no_names() -> None:
    """One layer less, and all that follow are called one less."""
    sizes = [3, 1, 4, 1, 5, 9, 2, 6]
    before = [signature(f"Conv_{at}", "conv", size, 0) for at, size in enumerate(sizes)]
    kept = [size for size in sizes if size != 4]
    after = [signature(f"Conv_{at}", "conv", size, 0) for at, size in enumerate(kept)]
    found = [(m.first, m.second) for m in align(before, after)]
    assert found == [(0, 0), (1, 1), (3, 2), (4, 3), (5, 4), (6, 5), (7, 6)]


@pytest.mark.parametrize(
    ("name", "operator", "numbered"),
    [
        ("Conv_12", "Conv", True),
        ("node_conv2d_3", "Conv", True),
        ("node_linear", "Gemm", True),
        ("/layer1/Conv_1", "Conv", True),
        ("conv2d_57", "Conv", True),
        ("batch_normalization_3", "BatchNormalization", True),
        ("conv1_1", "Conv", False),
        ("/layer1/layer1.0/conv1/Conv", "Conv", False),
        ("conv1", "Conv", False),
        ("features.3", "Conv", False),
        ("block_1", "Conv", False),
        ("node_conv2d_3/weights", "Conv", True),
        ("node_x/block_1", "Conv", False),
        ("._1" * 1300 + "x", "Conv", False),
    ],
)
def test_which_names_are_numbers(name: str, operator: str, numbered: bool) -> None:
    made = run("a", [layer(name, op_types=[operator])]).layers[0]
    assert signature_of(made).numbered is numbered


@given(st.lists(st.sampled_from(["conv", "node_", "_1", "_", "2d", "/", ".", "\n"]), min_size=1))
def test_names_are_told_as_one_expression_tells_them(parts: list[str]) -> None:
    """The expression says the same of short names; of long ones it takes the square of the time."""
    name = "".join(parts)[:24]
    told = re.fullmatch(r"(?:.*[/.])?(?:node_.*|(?P<stem>[^/]*?)_\d+)", name, re.DOTALL)
    stem = None if told is None else told["stem"]
    plain = None if stem is None else re.sub("[123]d$", "", stem).replace("_", "")
    expected = told is not None and (plain is None or plain == "conv")
    made = run("a", [layer(name, op_types=["Conv"])]).layers[0]
    assert signature_of(made).numbered is expected


@given(st.text("ab", min_size=1), st.text("ab", min_size=1))
def test_names_count_by_what_they_begin_and_end_with_in_common(first: str, second: str) -> None:
    shorter, longer = sorted((first, second), key=len)
    same = max(at for at in range(len(shorter) + 1) if longer.startswith(shorter[:at]))
    rest = len(shorter) - same
    ending = max(at for at in range(rest + 1) if longer.endswith(shorter[len(shorter) - at :]))
    own, other = signature(first, "pool", 1), signature(second, "pool", 1)
    expected = 2 if first == second else 2 * (same + ending) // len(longer)
    assert likeness(own, other) == EXACT + expected


def layers_of(shapes: Sequence[tuple[int, int, int]], names: str = "") -> list[RunLayer]:
    """Return convolutions of these maps, channels and rows of a filter."""
    made = [
        layer(f"{names}{at}" if names else "", loops=loops(m=m, c=c, r=r))
        for at, (m, c, r) in enumerate(shapes)
    ]
    return list(run("a", made).layers)


def aligned(first: Sequence[RunLayer], second: Sequence[RunLayer]) -> list[tuple[int, int, str]]:
    return [
        (m.first, m.second, m.how)
        for m in align([signature_of(one) for one in first], [signature_of(one) for one in second])
    ]


def test_a_pruned_network_without_names_is_aligned_by_form() -> None:
    before = layers_of([(64, 3, 7), (64, 64, 1), (64, 64, 3), (256, 64, 1)], "x")
    after = layers_of([(40, 3, 7), (30, 40, 1), (64, 30, 3), (250, 64, 1)], "y")
    assert aligned(before, after) == [(at, at, "form") for at in range(4)]


def test_a_layer_that_is_gone_stands_alone() -> None:
    before = layers_of([(64, 3, 7), (64, 64, 1), (64, 64, 3), (256, 64, 1)], "x")
    after = [*layers_of([(64, 3, 7)], "y"), *layers_of([(64, 64, 3), (256, 64, 1)], "z")]
    assert aligned(before, after) == [(0, 0, "shape"), (2, 1, "shape"), (3, 2, "shape")]


def test_branches_may_stand_in_another_order() -> None:
    """A block of SqueezeNet: two exporters write its two expanding convolutions in either order."""
    first = layers_of([(16, 96, 1), (64, 16, 1), (64, 16, 3), (16, 128, 1)], "x")
    second = layers_of([(16, 96, 1), (64, 16, 3), (64, 16, 1), (16, 128, 1)], "y")
    assert aligned(first, second) == [(at, to, "shape") for at, to in enumerate((0, 2, 1, 3))]


def test_what_is_far_off_is_another_layer() -> None:
    alone = signature("", "pool", 7, 7)
    others = [signature("", "conv", at, 0) for at in range(40)]
    found = align([alone, *others], [*others, alone])
    assert [match for match in found if match.first == 0] == []
    near = align([alone, *others[:5]], [*others[:5], alone])
    assert [(match.first, match.second) for match in near if match.first == 0] == [(0, 5)]


def test_a_product_is_one_however_it_was_made() -> None:
    """The first dense layer reads a map: as a convolution as wide as it, or flattened."""
    wide = {**loops(m=10, c=4, r=2), "p": 1, "q": 1}
    flat = {**loops(m=10, c=16, r=1), "p": 1, "q": 1}
    first = run("a", [layer("x", kind="dense", loops=wide)]).layers
    second = run("b", [layer("y", kind="dense", loops=flat)]).layers
    assert aligned(first, second) == [(0, 0, "shape")]


def test_batch_and_bits_are_no_part_of_a_shape() -> None:
    small = run("a", [layer("x", loops=loops()), layer("p", kind="pool")])
    large = run(
        "b",
        [
            layer("y", loops=loops() | {"n": 8}, macs=800, ops=80),
            layer("q", kind="pool", macs=800, ops=80, op_types=["QLinearPool"]),
        ],
        batch=8,
    )
    assert aligned(small.layers, large.layers) == [(0, 0, "shape"), (1, 1, "shape")]


@pytest.mark.parametrize(
    ("first", "second", "worth"),
    [
        ("a/conv1", "a/conv1", EXACT + 2),
        ("a/conv1", "b/conv1", EXACT + 1),
        ("abc", "xyz", EXACT),
        ("", "xyz", EXACT),
    ],
)
def test_names_that_begin_or_end_alike_count_a_little(first: str, second: str, worth: int) -> None:
    assert likeness(signature(first), signature(second)) == worth


#: A stretch of so many layers of each is too long for each pair to be looked at.
LONG = int(MOST_CELLS**0.5) + 1


@settings(deadline=None, max_examples=10)
@given(st.integers(0, LONG - 1), st.integers(1, 5))
def test_long_runs_lose_only_what_is_gone(gone: int, count: int) -> None:
    before = [signature("", "conv", at, at) for at in range(LONG + 5)]
    after = before[:gone] + before[gone + count :]
    assert in_order(before, after) == [
        (at, at if at < gone else at - count)
        for at in range(len(before))
        if not gone <= at < gone + count
    ]


def test_two_thousand_layers_of_alike_blocks() -> None:
    """Pruned throughout and renamed: no name and no shape is the same, the order of forms is."""
    forms = ("conv", "norm", "pool", "conv", "elementwise")
    before = [signature(f"a{at}", forms[at % 5], at, 1) for at in range(2000)]
    after = [signature(f"b{at}", forms[at % 5], at, 2) for at in range(2000)]
    assert [(m.first, m.second) for m in align(before, after)] == [(at, at) for at in range(2000)]


def test_two_thousand_layers_that_have_nothing_in_common() -> None:
    before = [signature("", "conv", at, 1) for at in range(2000)]
    after = [signature("", "pool", at, 2) for at in range(2000)]
    assert align(before, after) == []
