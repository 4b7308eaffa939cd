"""What one process found, another prices with, to the digit and without a search."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from py.errors import JoulegraphError
from py.layers import Layer, read_model
from py.platforms.accelerator import best, chooser
from py.platforms.accelerator.choice import Choice, LayerQuestion
from py.platforms.accelerator.engine import Accelerator
from py.platforms.load import PUBLIC, platform_from_json, read_platform_file
from py.sweep.answers.answers import Answers
from py.sweep.answers.codec import Answer
from py.sweep.answers.key import key_of
from py.sweep.answers.refusal import Refusal
from py.sweep.answers.store import AnswerStore


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


def questions_of(platform: Accelerator, layers: tuple[Layer, ...]) -> list[LayerQuestion]:
    return [asked for asked in map(platform.question_of, layers) if asked is not None]


def searched(platform: Accelerator, asked: LayerQuestion) -> Answer:
    try:
        return platform.choice_of(asked)
    except JoulegraphError as error:
        return Refusal.of(error)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "answers.sqlite"


def test_what_was_kept_prices_to_the_digit_without_a_search(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers, platform = layers_of("lenet5"), accelerator()
    questions = questions_of(platform, layers)
    found = {asked: searched(platform, asked) for asked in questions}
    with AnswerStore(path) as store:
        assert Answers(store).known(platform, questions) == {}
        Answers(store).keep(platform, found)
    expected = [platform.estimate(layer) for layer in layers]

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nothing is to be searched")

    monkeypatch.setattr(chooser, "best", refuse)
    best._found.clear()
    other = accelerator()
    with AnswerStore(path) as store:
        known = Answers(store).known(other, questions)
    assert known == found
    other.learn({asked: own for asked, own in known.items() if isinstance(own, Choice)})
    assert [other.estimate(layer) for layer in layers] == expected


def test_what_fits_nowhere_is_remembered(path: Path) -> None:
    small = accelerator(capacities={"global_buffer": 4096})
    questions = questions_of(small, layers_of("alexnet"))[:1]
    found = {asked: searched(small, asked) for asked in questions}
    assert [type(own) for own in found.values()] == [Refusal]
    with AnswerStore(path) as store:
        Answers(store).keep(small, found)
    with AnswerStore(path) as store:
        assert Answers(store).known(small, questions) == found
        assert Answers(store).known(accelerator(), questions) == {}


def test_each_platform_and_each_way_of_altering_it_has_its_own(path: Path) -> None:
    platforms = [
        accelerator(),
        accelerator("nvdla-like"),
        accelerator(dataflow="any"),
        accelerator(objective="delay"),
        accelerator(array=[16, 16]),
        accelerator(clock_hz=1e8),
        accelerator(capacities={"global_buffer": 1 << 18}),
    ]
    asked = questions_of(platforms[0], layers_of("lenet5"))[0]
    with AnswerStore(path) as store:
        answers = Answers(store)
        for place, platform in enumerate(platforms):
            answers.keep(platform, {asked: Refusal("a", "b", str(place))})
        told = [answers.known(platform, [asked])[asked] for platform in platforms]
    assert told == [Refusal("a", "b", str(place)) for place in range(len(platforms))]


def test_two_engines_share_a_file_and_no_answer(path: Path) -> None:
    platform = accelerator()
    questions = questions_of(platform, layers_of("lenet5"))
    with AnswerStore(path, engine="old") as old, AnswerStore(path, engine="new") as new:
        Answers(old).keep(platform, {asked: Refusal("a", "b", "old") for asked in questions})
        assert Answers(new).known(platform, questions) == {}
        Answers(new).keep(platform, {questions[0]: Refusal("a", "b", "new")})
        assert Answers(old).known(platform, questions[:1]) == {
            questions[0]: Refusal("a", "b", "old")
        }
        assert Answers(new).known(platform, questions) == {questions[0]: Refusal("a", "b", "new")}


def test_what_is_no_answer_is_not_there() -> None:
    platform = accelerator()
    asked = questions_of(platform, layers_of("lenet5"))[0]
    with AnswerStore(None) as store:
        key = key_of(platform.choices_as_json(), asked.as_json(), engine=store.engine)
        store.put({key: b'j{"choice":{}}'})
        assert Answers(store).known(platform, [asked]) == {}


def test_an_answer_that_can_not_be_written_leaves_the_others() -> None:
    platform = accelerator()
    one, other, *_ = questions_of(platform, layers_of("lenet5"))
    with AnswerStore(None) as store:
        answers = Answers(store)
        answers.keep(
            platform, {one: Refusal("a", "b", "c" * 100_000), other: Refusal("a", "b", "c")}
        )
        assert answers.known(platform, [one, other, one]) == {other: Refusal("a", "b", "c")}
        answers.keep(platform, {})
        assert answers.known(platform, []) == {}
