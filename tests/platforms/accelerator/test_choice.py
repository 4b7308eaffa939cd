"""A choice made elsewhere prices a layer to the digit, without a search."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from py.errors import JoulegraphError
from py.layers import Layer, read_model
from py.layers.layer import Zeros
from py.platforms.accelerator import best, chooser
from py.platforms.accelerator.choice import Choice, LayerQuestion
from py.platforms.accelerator.engine import Accelerator
from py.platforms.load import PUBLIC, platform_from_json, read_platform_file


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    best._found.clear()
    yield
    best._found.clear()


def accelerator(name: str = "eyeriss", **options: Any) -> Accelerator:
    found = platform_from_json(read_platform_file(name), **options)
    assert isinstance(found, Accelerator)
    return found


def layers_of(name: str) -> tuple[Layer, ...]:
    with (PUBLIC / "models" / f"{name}.onnx").open("rb") as file:
        return read_model(file, f"{name}.onnx").layers


def choices(platform: Accelerator, layers: tuple[Layer, ...]) -> dict[LayerQuestion, Choice]:
    questions = (platform.question_of(layer) for layer in layers)
    return {asked: platform.choice_of(asked) for asked in questions if asked is not None}


@pytest.mark.parametrize("dataflow", [None, "any"])
def test_what_is_learnt_prices_to_the_digit(
    dataflow: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers = layers_of("lenet5")
    first = accelerator(dataflow=dataflow)
    found = choices(first, layers)
    told = json.dumps([own.as_json() for own in found.values()])
    expected = [first.estimate(layer) for layer in layers]
    second = accelerator(dataflow=dataflow)
    again = [Choice.from_json(own) for own in json.loads(told)]
    assert again == list(found.values())
    second.learn(dict(zip(found, again, strict=True)))

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nothing is to be searched")

    monkeypatch.setattr(chooser, "best", refuse)
    assert [second.estimate(layer) for layer in layers] == expected


def test_a_fully_connected_layer_on_flat_inputs_is_told_so() -> None:
    layer = next(one for one in layers_of("vgg16") if one.name == "fc6")
    platform, other = accelerator("nvdla-like"), accelerator("nvdla-like")
    found = choices(platform, (layer,))
    assert [own.flat for own in found.values()] == [True]
    other.learn(found)
    assert other.estimate(layer) == platform.estimate(layer)


def test_what_nothing_maps_asks_nothing() -> None:
    layers = layers_of("alexnet")
    platform = accelerator()
    asked = [platform.question_of(layer) for layer in layers]
    assert [own is not None for own in asked] == [layer.loops is not None for layer in layers]


def test_zeros_and_widths_are_other_questions() -> None:
    layer = next(one for one in layers_of("lenet5") if one.loops)
    platform = accelerator()
    questions = {
        platform.question_of(own)
        for own in (
            layer,
            layer.with_zeros(Zeros(ifmap=0.5)),
            replace(layer, bits=replace(layer.bits, weight=8)),
        )
    }
    assert len(questions) == 3


def test_all_that_changes_a_choice_changes_what_it_hangs_on() -> None:
    variants = [
        accelerator(),
        accelerator(dataflow="any"),
        accelerator(objective="delay"),
        accelerator(array=[16, 16]),
        accelerator(clock_hz=1e8),
        accelerator(capacities={"global_buffer": 1 << 18}),
    ]
    assert len({json.dumps(own.choices_as_json(), sort_keys=True) for own in variants}) == 6
    assert accelerator().choices_as_json() == accelerator(clock_hz=None).choices_as_json()


def test_a_fused_pair_takes_no_learnt_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a map on chip there is less room: what was chosen without it may not fit."""
    layers = layers_of("lenet5")
    platform = accelerator()
    alone = platform.fused(layers[0], layers[1])
    assert alone is not None
    other = accelerator()
    other.learn(choices(platform, layers))
    assert other.fused(layers[0], layers[1]) == alone


@pytest.mark.parametrize(
    "broken",
    [None, [], {}, {"flat": True}, 3, "x"],
)
def test_what_is_no_choice_is_refused(broken: Any) -> None:
    with pytest.raises(ValueError, match="Choice"):
        Choice.from_json(broken)


def test_a_choice_with_one_thing_broken_is_refused() -> None:
    platform = accelerator()
    good = next(iter(choices(platform, layers_of("lenet5")).values())).as_json()
    for name in good:
        with pytest.raises(ValueError, match="Choice"):
            Choice.from_json({key: own for key, own in good.items() if key != name})
    for name, value in {
        "tiles": [[1.5] * 10],
        "orders": ["x"],
        "kept": [[True]],
        "energy": "?",
    }.items():
        with pytest.raises(ValueError, match="Choice"):
            Choice.from_json({**good, name: value})


def test_what_does_not_fit_is_refused_as_ever() -> None:
    platform = accelerator(capacities={"global_buffer": 4096})
    asked = platform.question_of(next(one for one in layers_of("alexnet") if one.loops))
    assert asked is not None
    with pytest.raises(JoulegraphError, match="fit"):
        platform.choice_of(asked)
