"""Einsum's MACs against numpy: the sum of a contraction of ones is the number of its products."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.works.single_node import macs, works


def einsum(equation: str, *shapes: tuple[int, ...], stored: tuple[int, ...] = ()) -> tuple:  # type: ignore[type-arg]
    result = np.einsum(equation, *(np.ones(shape) for shape in shapes))
    return works(
        "Einsum",
        {f"x{i}": shape for i, shape in enumerate(shapes)},
        {"y": result.shape},
        stored=tuple(f"x{i}" for i in stored),
        equation=equation,
    )


def products(equation: str, *shapes: tuple[int, ...]) -> int:
    return int(np.einsum(equation, *(np.ones(shape) for shape in shapes)).sum())


@pytest.mark.parametrize(
    ("equation", "shapes"),
    [
        ("ij,jk->ik", ((3, 4), (4, 5))),
        ("bhqd,bhkd->bhqk", ((2, 3, 4, 5), (2, 3, 6, 5))),
        ("...ij,...jk->...ik", ((2, 1, 3, 4), (7, 4, 5))),
        ("b...,b...->b...", ((2, 3, 4), (2, 3, 4))),
        ("i,j->ij", ((3,), (4,))),
        ("ij,ij", ((3, 4), (3, 4))),
        ("ij,jk", ((3, 4), (4, 5))),
        ("ii,i->i", ((3, 3), (3,))),
        ("ab,cd->", ((2, 3), (4, 5))),
        ("i j , j k -> i k", ((3, 0), (0, 5))),
        ("...,...", ((2, 3), (2, 3))),
    ],
)
def test_two_operands_take_a_mac_for_each_combination(
    equation: str, shapes: tuple[tuple[int, ...], ...]
) -> None:
    assert macs(einsum(equation, *shapes)) == products(equation, *shapes)


@given(st.data())
def test_any_equation_of_two_operands(data: st.DataObject) -> None:
    sizes = {index: data.draw(st.integers(0, 4), index) for index in "abcde"}
    terms = [data.draw(st.lists(st.sampled_from("abcde"), max_size=4, unique=True)) for _ in "xy"]
    shared = sorted({*terms[0], *terms[1]})
    result = data.draw(st.lists(st.sampled_from(shared), unique=True)) if shared else []
    equation = f"{''.join(terms[0])},{''.join(terms[1])}->{''.join(result)}"
    shapes = [tuple(sizes[index] for index in term) for term in terms]
    assert macs(einsum(equation, *shapes)) == products(equation, *shapes)


def test_a_batched_product_has_its_loops() -> None:
    (work,) = einsum("bhqd,bhkd->bhqk", (2, 3, 4, 5), (2, 3, 6, 5))
    assert work.loops is not None
    assert work.kind == "matmul"
    assert (work.loops.g, work.loops.n, work.loops.m, work.loops.c) == (6, 4, 6, 5)


def test_weights_make_it_dense_on_either_side() -> None:
    for stored, equation, shapes in (
        (1, "bti,io->bto", ((2, 3, 4), (4, 5))),
        (0, "oi,bti->bto", ((5, 4), (2, 3, 4))),
    ):
        (work,) = einsum(equation, *shapes, stored=(stored,))
        assert work.loops is not None
        assert work.kind == "dense"
        assert (work.loops.n, work.loops.m, work.loops.c) == (6, 5, 4)
        assert work.weights == (f"x{stored}",)
        assert work.weight_elements == 20


def test_more_operands_are_contracted_pairwise_from_the_left() -> None:
    parts = einsum("ab,bc,cd->ad", (2, 3), (3, 4), (4, 5), stored=(1, 2))
    first = products("ab,bc->ac", (2, 3), (3, 4))
    assert [work.macs for work in parts] == [first, products("ac,cd->ad", (2, 4), (4, 5))]
    assert [work.part for work in parts] == ["step 1", "step 2"]
    assert parts[1].inner == parts[0].outputs
    assert parts[1].outputs == ("y",)


def test_one_operand_is_summed_or_moved() -> None:
    (summed,) = einsum("ij->i", (3, 4))
    (moved,) = einsum("ij->ji", (3, 4))
    assert (summed.kind, summed.macs, summed.ops) == ("reduce", 0, 12)
    assert (moved.kind, moved.macs, moved.ops) == ("movement", 0, 0)


def test_what_is_not_known_is_unknown() -> None:
    (work,) = works("Einsum", {"a": (2, None), "b": (3, 4)}, {"y": None}, equation="ij,jk->ik")
    assert work.macs is None
    (work,) = works("Einsum", {"a": (2, 3), "b": (3, 4)}, {"y": None}, equation="ijk,jk->ik")
    assert work.macs is None
