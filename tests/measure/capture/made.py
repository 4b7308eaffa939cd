"""Captures that are made up: a header, shapes, rows."""

from collections.abc import Mapping
from typing import Any

from py.measure.capture.counted import counted_cells
from py.measure.capture.header import Header
from py.measure.plans.shape import Shape

FAKE_RUNNER = "tests.measure.capture.fake_runner:open_runner"
NO_METERS = "tests.measure.capture.fake_runner:no_meters"
FAKE_METERS = "tests.measure.capture.fake_runner:fake_meters"


def made_header(**others: Any) -> Header:
    values: dict[str, Any] = {
        "plan": "quick",
        "plan_hash": "0123",
        "started": "2026-01-02T03:04:05.678Z",
        "runner": {"runner": "fake", "version": "1"},
        "device": "cpu",
        "machine": {"processor": {"name": "A processor"}},
        "method": {"window_s": 0.05},
    }
    return Header(**(values | others))


def layers(count: int) -> list[Shape]:
    return [Shape("fc", 1 + place, cin=64, cout=32) for place in range(count)]


def row_of(shape: Shape, **others: str) -> Mapping[str, str]:
    return {**shape.cells, **counted_cells(shape), "runtime_ms": "1.5", **others}
