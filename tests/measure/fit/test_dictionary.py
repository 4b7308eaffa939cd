"""The terms of the default form: all can be evaluated, none falls when a layer grows."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.fit.design import Design
from py.measure.fit.dictionary import SIZES, Size, bends, clocked_energies, dictionary, worked
from py.measure.table.row import Row
from py.measure.table.row_workload import workload_of_row
from py.platforms.measured.features import FEATURES, TIME, features_of
from py.platforms.measured.polynomial import factors_of
from py.platforms.measured.regimes import ASKED
from py.platforms.measured.workload import KINDS, Workload

WINDOWS = (1, 3, 5, 7)
_SIZES: list[Size] = list(SIZES)


def _values(texts: tuple[str, ...], work: Workload) -> list[float]:
    return [float(value) for value in Design([work]).matrix(texts)[0]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", SIZES)
def test_every_term_can_be_read_and_none_is_offered_twice(kind: str, size: Size) -> None:
    texts = dictionary(kind, size, WINDOWS, clocked=True)
    assert len(set(texts)) == len(texts)
    assert texts[0] == "1"
    names = {factor.feature for text in texts for factor in factors_of(text)}
    assert names <= set(FEATURES)


def test_larger_dictionaries_hold_the_smaller_dimensions() -> None:
    for kind in ("conv", "dense", "matmul", "pool"):
        counts = [len(dictionary(kind, size, WINDOWS)) for size in _SIZES]
        assert counts == sorted(counts)
        assert set(dictionary(kind, "plain")) - set(dictionary(kind, "full")) == (
            {text for text in dictionary("matmul", "plain") if "sqrt(groups)" in text}
            if kind == "matmul"
            else set()
        )


def _row(draw: Any, op: str) -> dict[str, int]:
    size = {
        "batch": draw(st.integers(1, 256)),
        "cin": draw(st.integers(1, 2048)),
    }
    if op in ("fc", "matmul"):
        return size | {"cout": draw(st.integers(1, 4096)), "groups": draw(st.integers(1, 16))}
    window = draw(st.integers(1, 11))
    side = draw(st.integers(window, 300))
    size |= {"h": side, "kh": window, "stride": draw(st.integers(1, 4)), "pad": window // 2}
    if op == "conv":
        groups = draw(st.sampled_from([1, 1, 2, 32]))
        size |= {"groups": groups, "cin": size["cin"] * groups}
        size["cout"] = groups * draw(st.integers(1, 512))
    return size


@pytest.mark.parametrize("op", ["conv", "fc", "matmul", "pool"])
@given(data=st.data())
def test_no_term_falls_when_the_batch_grows(op: str, data: Any) -> None:
    size = _row(data.draw, op)
    larger = size | {"batch": size["batch"] + data.draw(st.integers(1, 300))}
    _grows(op, size, larger)


@pytest.mark.parametrize("op", ["conv", "pool"])
@given(data=st.data())
def test_no_term_falls_when_the_map_grows(op: str, data: Any) -> None:
    size = _row(data.draw, op)
    _grows(op, size, size | {"h": size["h"] + data.draw(st.integers(1, 300))})


@pytest.mark.parametrize("op", ["fc", "matmul"])
@given(data=st.data())
def test_no_term_of_a_product_falls_when_a_side_grows(op: str, data: Any) -> None:
    size = _row(data.draw, op)
    side = data.draw(st.sampled_from(["cin", "cout"]))
    _grows(op, size, size | {side: size[side] + data.draw(st.integers(1, 300))})


def _grows(op: str, size: dict[str, int], larger: dict[str, int]) -> None:
    first, second = (workload_of_row(Row(op, **one)) for one in (size, larger))  # type: ignore[arg-type]
    assert first.kind == second.kind
    for which in _SIZES:
        texts = dictionary(first.kind, which, WINDOWS)
        for text, before, after in zip(
            texts, _values(texts, first), _values(texts, second), strict=True
        ):
            assert after >= before * (1 - 1e-12), f"{text}: {before} to {after}"
            assert before >= 0


@given(st.integers(1, 20), st.sampled_from([1, 2, 3]))
def test_each_window_has_one_class_of_its_own(side: int, stride: int) -> None:
    windows = (1, 3, 5, 7)
    row = Row("conv", batch=2, cin=4, h=32, cout=4, kh=side, stride=stride, pad=side)
    texts = dictionary("conv", "full", windows)
    classes = [text for text in texts if "between(kernel," in text and text.startswith("macs")]
    assert len(classes) == 2 * len(windows)
    values = [value for value in _values(tuple(classes), workload_of_row(row)) if value]
    assert values == [features_of(workload_of_row(row))["macs"]]


def test_oblong_windows_have_one_class_too() -> None:
    row = Row("conv", batch=1, cin=4, h=32, cout=4, kh=1, kw=7, stride=1, pad=0)
    texts = [text for text in dictionary("conv", "full", WINDOWS) if text.startswith("macs * betw")]
    assert sum(value > 0 for value in _values(tuple(texts), workload_of_row(row))) == 1


@pytest.mark.parametrize("kind", ["conv", "depthwise", "dense", "pool"])
@pytest.mark.parametrize("size", ["plain", "full"])
def test_a_constant_feature_is_grown_with(kind: str, size: Size) -> None:
    """Of a batch that never varied nothing is learned: what grows, grows with it."""
    works = {
        "conv": Row("conv", batch=1, cin=8, h=16, cout=16, kh=3, stride=1, pad=1),
        "depthwise": Row("conv", batch=1, cin=8, h=16, cout=8, kh=3, stride=1, pad=1, groups=8),
        "dense": Row("fc", batch=1, cin=64, cout=100),
        "pool": Row("pool", batch=1, cin=8, h=16, kh=3, stride=2, pad=1),
    }
    row = works[kind]
    one = workload_of_row(row)
    eight = workload_of_row(Row(**{name: getattr(row, name) for name in _FIELDS} | {"batch": 8}))
    texts = dictionary(kind, size, (), {"batch", "images"})
    products = [text for text in texts if "bytes" not in text and "uneven" not in text]
    assert len(products) > 3
    for text, before, after in zip(texts, _values(texts, one), _values(texts, eight), strict=True):
        if text in products and text != "1":
            assert after == pytest.approx(8 * before), text


_FIELDS = ("op", "batch", "cin", "h", "cout", "kh", "stride", "pad", "groups")


def test_clocked_terms_are_times_and_cycles() -> None:
    texts = dictionary("dense", "small", clocked=True)
    plain = dictionary("dense", "small")
    assert texts[: len(plain)] == plain
    row = Row("fc", batch=4, cin=64, cout=32, others={"clock_mhz": "500"})
    values = dict(zip(texts, _values(texts, workload_of_row(row)), strict=True))
    for text in plain:
        cycles = "per(clock_hz)" if text == "1" else f"{text} * per(clock_hz)"
        assert values[cycles] == pytest.approx(values[text] / 5e8)


def test_energies_grow_with_the_clock_by_one_and_two_powers() -> None:
    texts = ("1", "macs", "macs * per(clock_hz)")
    assert clocked_energies(texts) == ("macs * clock_hz^1", "macs * clock_hz^2")
    for text in clocked_energies(texts):
        factors_of(text)


@pytest.mark.parametrize("name", [TIME, "macs", "ifmap_bytes"])
@pytest.mark.parametrize("ends", [(1e-5, 3.0), (2e3, 7e9), (4.0, 4.0)])
def test_bends_lie_inside_and_never_fall(name: str, ends: tuple[float, float]) -> None:
    texts = bends(name, *ends)
    generator = random.Random(7)
    values = sorted(ends[0] * (ends[1] / ends[0]) ** generator.random() for _ in range(50))
    for text in texts:
        factors = factors_of(text)
        assert len(factors) == 1
        knot = float(text[text.index(",") + 1 : -1])
        assert ends[0] <= knot <= ends[1]
        found = [factors[0].of({name: value}) for value in values]
        assert found == sorted(found)


@pytest.mark.parametrize("kind", KINDS)
def test_work_of_every_kind_is_a_feature(kind: str) -> None:
    assert set(worked(kind)) <= set(FEATURES)


def test_regimes_never_ask_for_what_grows_with_the_batch_or_the_map() -> None:
    first = workload_of_row(Row("conv", batch=1, cin=8, h=16, cout=16, kh=3, stride=1, pad=1))
    second = workload_of_row(Row("conv", batch=64, cin=8, h=99, cout=16, kh=3, stride=1, pad=1))
    for name in ASKED:
        assert features_of(first)[name] == features_of(second)[name]
