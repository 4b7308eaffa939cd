"""What-if options in the terminal: what they read, what they refuse, links there and back."""

import json
from pathlib import Path
from typing import Any

import pytest

from py.answers import answers_of
from py.breakdown import Options, decode_link
from py.breakdown.layer_choices import Exit
from py.errors import JoulegraphError
from py.estimate import _parser, main
from py.layers import Bits, Zeros
from py.pricing_options import bits_of
from py.what_if_options import with_what_if
from tests.models import conv_net


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "net.onnx"
    path.write_bytes(conv_net("n"))
    return str(path)


def read(*arguments: str) -> Options:
    given = _parser().parse_args(["MODEL", *arguments])
    return with_what_if(Options(bits=bits_of(given.bits)), given)


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ((), {}),
        (("--bits", "8"), {"bits": Bits(8, 8)}),
        (("--bits", "conv1:w=4,a=8"), {"layer_bits": {"conv1": Bits(4, 8)}}),
        (
            ("--bits", "w=8,a=16", "--bits", "conv1:4", "--bits", "a:b=c:a=2"),
            {"bits": Bits(8, 16), "layer_bits": {"conv1": Bits(4, 4), "a:b=c": Bits(None, 2)}},
        ),
        (("--bits", "none"), {"bits": Bits(), "layer_bits": {}}),
        (
            ("--zeros", "conv1:weight=0.5,ifmap=.2"),
            {"layer_zeros": {"conv1": Zeros(ifmap=0.2, weight=0.5)}},
        ),
        (("--zeros", "none"), {"layer_zeros": {}}),
        (("--active", "x/y=z=0.5", "--active", "fc1=1"), {"active": {"x/y=z": 0.5, "fc1": 1.0}}),
        (("--active", "none"), {"active": {}}),
        (
            ("--exit", "conv1=0.3", "--exit", "pool1=5e-1"),
            {"exits": (Exit("conv1", 0.3), Exit("pool1", 0.5))},
        ),
        (("--exit", "none"), {"exits": ()}),
        (("--array", "16x12"), {"array": (16, 12)}),
        (("--array", "16×12×2"), {"array": (16, 12, 2)}),
        (("--array", "none"), {"array": ()}),
        (("--clock", "100MHz"), {"clock_hz": 1e8}),
        (("--clock", "1.5 GHz"), {"clock_hz": 1.5e9}),
        (("--clock", "250000"), {"clock_hz": 250000.0}),
        (("--clock", "none"), {"clock_hz": 0.0}),
        (("--train",), {"train": "sgd"}),
        (("--train", "adam"), {"train": "adam"}),
        (("--train", "none"), {"train": ""}),
    ],
)
def test_what_is_read(arguments: tuple[str, ...], options: dict[str, Any]) -> None:
    assert read(*arguments) == Options(**options)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--bits", "65"), "bad-option", "--bits takes"),
        (("--bits", "8", "--bits", "4"), "conflicting-choices", "8 and 4"),
        (("--bits", "conv1:65"), "bad-option", "1 to 64"),
        (("--bits", "conv1:w=4,w=8"), "bad-option", "LAYER:w=4,a=8"),
        (("--bits", ":8"), "bad-option", "got ':8'"),
        (("--bits", "conv1:4", "--bits", "conv1:8"), "conflicting-choices", "two things of conv1"),
        (("--zeros", "conv1"), "bad-option", "got 'conv1'"),
        (("--zeros", "conv1:bias=0.5"), "bad-option", "--zeros LAYER"),
        (("--zeros", "conv1:weight=1.5"), "bad-option", "a share from 0 to 1, got '1.5'"),
        (("--active", "conv1=nan"), "bad-option", "--active LAYER"),
        (("--active", "=0.5"), "bad-option", "got '=0.5'"),
        (("--exit", "conv1=0.7", "--exit", "pool1=0.7"), "bad-option", "got 1.4 together"),
        (("--exit", "conv1=0.7", "--exit", "conv1=0.2"), "conflicting-choices", "0.7 and 0.2"),
        (("--exit", "n" * 1001 + "=0.5"), "bad-option", "--exit"),
        (("--array", "16,16"), "bad-option", "--array ROWSxCOLUMNS"),
        (("--array", "0x4"), "bad-option", "each from 1 to 65536"),
        (("--array", "70000x4"), "bad-option", "each from 1 to 65536"),
        (("--clock", "fast"), "bad-option", "100MHz"),
        (("--clock", "0"), "bad-option", "a clock from 1"),
        (("--clock", "100THz"), "bad-option", "100MHz"),
    ],
)
def test_what_is_refused(arguments: tuple[str, ...], code: str, says: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        read(*arguments)
    assert caught.value.code == code
    assert says in caught.value.message


ALL = (
    *("--bits", "8", "--bits", "conv1:w=4", "--zeros", "fc1:weight=0.5", "--active", "pool1=0.5"),
    *("--exit", "conv1=0.25", "--array", "8x8", "--clock", "100MHz", "--train", "momentum"),
)
NONE = (
    *("--bits", "none", "--zeros", "none", "--active", "none", "--exit", "none"),
    *("--array", "none", "--clock", "none", "--train", "none"),
)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main([*arguments]) == 0
    return capsys.readouterr().out


def test_a_link_there_and_back(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = json.loads(printed(capsys, net, *ALL, "--format", "json"))
    link = printed(capsys, net, *ALL, "--format", "link").strip()
    assert decode_link(link)["options"] == first["options"]
    again = json.loads(printed(capsys, link, "--format", "json"))
    assert again["totals"] == first["totals"]
    assert again["layers"] == first["layers"]
    plain = json.loads(printed(capsys, net, "--format", "json"))
    back = json.loads(printed(capsys, link, *NONE, "--format", "json"))
    assert back["totals"] == plain["totals"]
    assert back["options"] == plain["options"]


def test_the_table_says_what_is_expected(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    table = " ".join(printed(capsys, net, "--exit", "conv1=0.25", "--active", "fc1=0.5").split())
    assert "×0.375" in table
    assert "25 % leave after conv1; 75 % run to the end; 1 layer (fc1) runs in a part" in table
    assert "which saves" in table


def test_the_table_of_a_name_that_is_none(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    table = " ".join(printed(capsys, net, "--active", "conv2=0.5").split())
    assert "Active shares are given for 1 layer (conv2) that the model lacks" in table


def test_an_answer_is_priced_again_from_what_it_was_made_of(net: str) -> None:
    from py.breakdown import platform_for, price

    given = _parser().parse_args([net, *ALL])
    (answer,) = answers_of(given)
    options = answer.options
    again = price(answer.model, platform_for(answer.file, options), options)
    assert again.as_json() == answer.result.as_json()


@pytest.mark.parametrize(
    ("option", "value"),
    [("--zeros", "fc1:weight=0.5"), ("--active", "fc1=0.5"), ("--exit", "fc1=0.5")],
)
def test_what_a_simulation_counts_is_not_changed(net: str, option: str, value: str) -> None:
    with pytest.raises(JoulegraphError, match=f"{option} changes that") as caught:
        main([net, "--simulate", "generated", option, value])
    assert caught.value.code == "bad-option"
