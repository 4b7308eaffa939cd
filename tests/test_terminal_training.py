"""--train, --images and --epochs in the terminal."""

import json
from pathlib import Path
from typing import Any

import pytest

from py.errors import JoulegraphError
from py.estimate import main
from tests.models import conv_net


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "net.onnx"
    path.write_bytes(conv_net("n"))
    return str(path)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def test_a_run_is_told_as_json(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = (net, "--train", "adam", "--batch", "8", "--images", "50000", "--epochs", "2.5")
    document: dict[str, Any] = json.loads(printed(capsys, *asked, "--format", "json"))
    training = document["training"]
    assert training["optimizer"] == "adam"
    assert training["per_image"]["energy_j"] == document["totals"]["energy_j"] / 8
    run = training["run"]
    assert (run["steps_per_epoch"], run["steps"]) == (6250, 15625)
    assert run["per_epoch"]["energy_j"] == pytest.approx(6250 * document["totals"]["energy_j"])
    assert run["total"]["time_s"] == pytest.approx(15625 * document["totals"]["time_s"])


def test_a_run_is_told_below_the_table(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, net, "--train", "--batch", "8", "--images", "50000")
    assert "for an epoch" in text
    assert "6,250 steps of 8" in text
    assert "(1 epochs)" not in text
    assert "per inference" not in text


def test_a_link_of_a_step_takes_a_run(net: str, capsys: pytest.CaptureFixture[str]) -> None:
    link = printed(capsys, net, "--train", "momentum", "--format", "link").strip()
    told = [
        json.loads(printed(capsys, source, "--images", "100", "--format", "json", *more))
        for source, more in ((link, ()), (net, ("--train", "momentum")))
    ]
    assert told[0]["training"] == told[1]["training"]
    plain = json.loads(printed(capsys, link, "--train", "none", "--format", "json"))
    assert plain["totals"] == json.loads(printed(capsys, net, "--format", "json"))["totals"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--images", "5"), "this is an inference"),
        (("--train", "--epochs", "5"), "needs the size of the data set"),
        (("--train", "--images", "0"), "a whole number from 1"),
        (("--train", "--images", "5", "--epochs", "many"), "takes a number"),
        (("--train", "--images", "5", "--epochs", "0"), "above 0"),
    ],
)
def test_what_is_no_run_is_refused(net: str, arguments: tuple[str, ...], told: str) -> None:
    with pytest.raises(JoulegraphError, match=told) as caught:
        main([net, *arguments])
    assert caught.value.code == "bad-option"
