"""A provider that has no kernel for a layer does not have it run on the processor in its name."""

import pytest

from py.measure.plans.shape import Shape
from py.measure.runners.onnxruntime_runner import open_runner, ort
from py.measure.runners.runner import NotRunnableError

_IDLE = "AzureExecutionProvider"
"""Comes with onnxruntime's package and runs calls to a service alone."""


@pytest.mark.skipif(_IDLE not in ort.get_available_providers(), reason=f"no {_IDLE} here")
@pytest.mark.parametrize("op", ["fc", "network"])
def test_what_a_provider_cannot_run_is_refused(op: str) -> None:
    layer = Shape("fc", 1, cin=64, cout=64, variant="Relu")
    shape = layer if op == "fc" else Shape("network", 1, network="lenet5")
    with pytest.raises(NotRunnableError, match=r"CPU EP|is to run it"):
        open_runner(_IDLE, {}).prepare(shape)
