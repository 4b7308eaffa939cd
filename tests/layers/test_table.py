"""Tables of layers, in both forms."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.layers import Choices, Model, read_model
from py.layers.table import read_table

# AlexNet's CONV2 in the MIT tool's columns, batch 4, with 38.7 % zero ifmaps.
MIT = "1, 27,27,96,4,108350,16, 5,5,48,256,0,16, 27,27,256,4,601000,16, 1,1, 2,2,2,2\n"
PLAIN = """kind,n,g,m,c,p,q,r,s,stride,bits_w,bits_a,zeros_w,zeros_a
conv,4,2,128,48,27,27,5,5,1,8,16,,0.387
dense,4,1,10,256,,,,,,,,0.5,
"""


def read(text: str, name: str = "net.csv", batch: int | None = None) -> Model:
    return read_model(io.BytesIO(text.encode()), name, Choices(batch=batch))


def test_the_mit_tools_columns() -> None:
    (layer,) = read(MIT).layers
    loops = layer.loops
    assert loops is not None
    assert (loops.n, loops.g, loops.m, loops.c, loops.p, loops.q) == (4, 2, 128, 48, 27, 27)
    assert loops.padding == (2, 2, 2, 2)
    assert layer.macs == 4 * 223_948_800
    assert layer.zeros.ifmap == 108350 / (27 * 27 * 96 * 4)
    assert layer.zeros.weight == 0
    assert (layer.bits.weight, layer.bits.activation) == (16, 16)


def test_the_plain_form() -> None:
    model = read(PLAIN)
    conv, dense = model.layers
    assert model.batch == 4
    assert conv.loops is not None
    assert (conv.loops.h, conv.loops.w) == (31, 31)
    assert (conv.bits.weight, conv.bits.activation, conv.zeros.ifmap) == (8, 16, 0.387)
    assert dense.macs == 4 * 2560
    assert dense.zeros.weight == 0.5
    assert model.parameters == 2 * 128 * 48 * 25 + 2560


def test_batch_scales_a_table() -> None:
    assert read(PLAIN, batch=8).macs == 2 * (read(PLAIN).macs or 0)


def test_a_table_is_known_by_its_content() -> None:
    assert read(PLAIN, name="-").source == "table"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "at least one layer"),
        ("kind,n\n", "at least one layer"),
        ("kind,n\nconvolution,1\n", "kind conv, dense or matmul"),
        ("kind,n\nconv,-1\n", "from 0"),
        ("kind,n\nconv,1.5\n", "whole number"),
        ("kind,n\nconv,nan\n", "from 0"),
        ("kind,zeros_a\nconv,2\n", "share"),
        ("kind,bits_w\nconv,99\n", "bits"),
        ("1,2,3\n", "25 columns"),
        (MIT.replace("256,0,16", "255,0,16"), "as many filters"),
        (MIT.replace("108350", "99999999"), "no more zeros"),
    ],
)
def test_a_bad_table_says_where_and_what(text: str, says: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        read_table(text)
    assert caught.value.code == "table-invalid"
    assert says in caught.value.message


@given(st.text(alphabet='kind,nconv01.5\n"-eE ', max_size=200))
def test_any_text_ends_in_layers_or_an_error(text: str) -> None:
    assert outcome(text) in ("layers", "table-invalid")


def outcome(text: str) -> str:
    """What a text ends in."""
    try:
        return "layers" if read_table(text) else "nothing"
    except JoulegraphError as error:
        return error.code
