"""The features of a layer, by hand; those of the paper and no others."""

import math

import pytest

from py.errors import JoulegraphError
from py.measure.neuralpower.features import FEATURES, SPECIAL, columns, names, values_of
from py.measure.row import NamedPad, Row

CONV = {"batch": 2, "cin": 3, "h": 10, "w": 8, "cout": 4, "kh": 3, "kw": 2, "stride": 2}


def conv(pad: int | NamedPad | None = 1, **changed: object) -> Row:
    return Row("conv", pad=pad, **{**CONV, **changed})  # type: ignore[arg-type]


def test_a_convolution_by_hand() -> None:
    values = values_of(conv(dtype="fp16"))
    assert (values["oh"], values["ow"]) == (5, 5)  # (10 + 2 - 3) // 2 + 1, (8 + 2 - 2) // 2 + 1
    assert values["ifmap_bytes"] == 2 * 3 * 10 * 8 * 2
    assert values["ofmap_bytes"] == 2 * 4 * 5 * 5 * 2
    assert values["weight_bytes"] == 4 * 3 * 3 * 2 * 2
    assert values["macs"] == 2 * 4 * 5 * 5 * 3 * 3 * 2
    assert values["pad"] == 1
    assert set(values) == {*FEATURES["conv"], *SPECIAL["conv"]}


def test_groups_divide_weights_and_operations() -> None:
    whole, grouped = values_of(conv()), values_of(conv(groups=3))
    assert grouped["macs"] == whole["macs"] / 3
    assert grouped["weight_bytes"] == whole["weight_bytes"] / 3
    assert grouped["ifmap_bytes"] == whole["ifmap_bytes"]


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "outputs", "zeros"),
    [(10, 3, 1, 10, 2), (10, 3, 2, 5, 1), (9, 4, 4, 3, 3), (8, 2, 4, 2, 0)],
)
def test_same_has_as_many_outputs_as_strides_begin(
    size: int, kernel: int, stride: int, outputs: int, zeros: int
) -> None:
    values = values_of(conv("same", h=size, w=size, kh=kernel, kw=kernel, stride=stride))
    assert values["oh"] == values["ow"] == outputs
    assert values["pad"] == zeros / 2


def test_valid_is_no_padding() -> None:
    assert values_of(conv("valid")) == values_of(conv(0))


def test_pooling_reads_windows_and_has_no_weights() -> None:
    values = values_of(Row("pool", batch=2, cin=3, h=9, w=9, kh=3, kw=3, stride=3, pad=0))
    assert values["window_reads"] == values["ofmap_bytes"] / 4 * 9 == 2 * 3 * 9 * 9
    assert {*FEATURES["pool"], *SPECIAL["pool"]} <= set(values)


def test_power_has_the_logarithms_of_all_that_has_one() -> None:
    offered = names("conv", logarithms=True)
    assert len(offered) == 2 * len(FEATURES["conv"]) - 1
    assert "log_pad" not in offered
    found = columns([conv(), conv(batch=7)], "conv", logarithms=True)
    assert found["log_batch"].tolist() == pytest.approx([math.log(2), math.log(7)])
    assert not any(name.startswith("log_") for name in names("conv", logarithms=False))


@pytest.mark.parametrize("missing", ["batch", "cin", "h", "kw", "stride", "cout"])
def test_a_row_without_a_size_is_refused_by_its_line(missing: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        values_of(conv(**{missing: None}, line=7, file="t.csv"))
    assert caught.value.code == "row-incomplete"
    assert caught.value.message.startswith("Line 7 of t.csv (conv)")
    assert f"'{missing}'" in caught.value.message


def test_what_has_no_output_or_no_model_is_refused() -> None:
    for row, said in (
        (conv(0, kh=11), "a kernel that fits its input, got 11x2 on 10x8"),
        (conv(None), "its padding"),
        (Row("softmax", batch=1), "for conv, fc, pool, got 'softmax'"),
    ):
        with pytest.raises(JoulegraphError) as caught:
            values_of(row)
        assert said in caught.value.message
