"""Layers mapped on all cores have the mappings that they have one after the other."""

import os
import pickle
import signal
import sys
from collections import OrderedDict
from typing import NoReturn

import pytest

from py.layers import Layer, read_model
from py.native import ahead
from py.platforms import load_platform
from py.platforms.accelerator import best
from py.platforms.load import PUBLIC

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux")


@pytest.fixture
def layers(monkeypatch: pytest.MonkeyPatch) -> tuple[Layer, ...]:
    """Return a model's layers, on two cores that know no answers."""
    monkeypatch.setattr(best, "_found", OrderedDict())
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    with (PUBLIC / "models" / "squeezenet1_0.onnx").open("rb") as file:
        return read_model(file, "squeezenet1_0.onnx").layers


def test_the_same_mappings(layers: tuple[Layer, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    ahead.map_ahead(load_platform("eyeriss"), layers)
    shared = dict(best.answers())
    monkeypatch.setattr(best, "_found", OrderedDict())
    platform = load_platform("eyeriss")
    for layer in layers:
        platform.estimate(layer)
    assert shared == dict(best.answers())
    assert len(shared) >= ahead._FEWEST


def test_a_process_that_fails_leaves_its_layers(
    layers: tuple[Layer, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> NoReturn:
        raise OSError("no space")

    monkeypatch.setattr(pickle, "dump", fail)
    platform = load_platform("eyeriss")
    ahead.map_ahead(platform, layers)
    assert all(platform.estimate(layer) is not None for layer in layers if layer.macs)


def test_without_room_for_processes_one_maps_all(
    layers: tuple[Layer, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> NoReturn:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(os, "fork", refuse)
    ahead.map_ahead(load_platform("eyeriss"), layers)
    assert len(best.answers()) >= ahead._FEWEST


def test_no_process_outlives_a_failure(
    layers: tuple[Layer, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    fork, own = os.fork, os.getpid()

    def noted() -> int:
        number = fork()
        begun.append(number)
        return number

    def fail(*_: object) -> NoReturn:
        if os.getpid() == own:
            raise MemoryError
        signal.pause()
        raise AssertionError

    monkeypatch.setattr(os, "fork", noted)
    platform = load_platform("eyeriss")
    monkeypatch.setattr(type(platform), "mapping_of", fail)
    with pytest.raises(MemoryError):
        ahead.map_ahead(platform, layers)
    assert len(begun) == 1
    with pytest.raises(ChildProcessError):
        os.waitpid(begun[0], 0)


def test_few_layers_are_not_shared_out(layers: tuple[Layer, ...]) -> None:
    ahead.map_ahead(load_platform("eyeriss"), layers[:3])
    assert not best.answers()
