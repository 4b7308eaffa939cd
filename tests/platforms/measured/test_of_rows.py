"""What a layer of a model is timed as, where a row of a capture is more than that layer."""

from dataclasses import replace

import pytest

from py.measure.plans.sampled import FAMILIES
from py.measure.plans.shape import Shape
from py.measure.plans.work import workload_of_shape
from py.platforms.measured.of_layer import workload_of
from tests.measure.plans.alone import layers_alone
from tests.platforms.measured.made_up import profile

LAUNCH_S = 1e-5
"""Of the made-up profile, for a kind that has no model of its own."""


def test_the_steps_of_a_sequence_have_one_launch_together() -> None:
    """A row is a whole sequence: its launch is in the time once, however many steps there are."""
    shape = Shape("recurrent", 1, cin=8, h=500, cout=8, groups=4)
    device = profile()
    whole_s = device.answer(workload_of_shape(shape)).estimate().time_s
    taken_s = 0.0
    for layer in layers_alone(shape):
        estimate = device.estimate(layer)
        assert estimate is not None
        assert estimate.time_s > 0
        taken_s += layer.runs * estimate.time_s
    assert LAUNCH_S < whole_s < taken_s < 5 * LAUNCH_S  # with one each, it would be 500


def test_a_longer_sequence_takes_longer() -> None:
    device = profile()
    times = []
    for steps in (1, 2, 10, 100):
        layers = layers_alone(Shape("recurrent", 2, cin=64, h=steps, cout=64, groups=3))
        estimates = [device.estimate(layer) for layer in layers]
        times.append(
            sum(
                layer.runs * found.time_s
                for layer, found in zip(layers, estimates, strict=True)
                if found is not None
            )
        )
    assert times == sorted(times)
    assert len(set(times)) == len(times)


@pytest.mark.parametrize("dtype", ["fp16", "fp32", "fp64"])
@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_layer_asks_for_the_model_of_its_rows(family: str, dtype: str) -> None:
    """A profile's models are told apart by dtype: one that no layer has would never answer."""
    shape = replace(FAMILIES[family](5), dtype=dtype)
    works = [workload_of(layer) for layer in layers_alone(shape)]
    assert {work.dtype for work in works if work} == {workload_of_shape(shape).dtype}
