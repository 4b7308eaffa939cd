"""Runners and meters by name, in the process that measures."""

from dataclasses import asdict
from typing import cast

import pytest

from py.errors import JoulegraphError
from py.measure.capture.opening import (
    function_of,
    gpu_index,
    measured_domain,
    open_meters,
    open_state,
)
from py.measure.meters.meter import Domain, Meter, MeterFacts
from py.measure.meters.report import MeterReport


class _Meter:
    def __init__(self, domain: Domain) -> None:
        self.facts = MeterFacts(f"a meter of {domain}", domain, "counter")


def _meters(*domains: Domain) -> list[Meter]:
    return [cast(Meter, _Meter(domain)) for domain in domains]


def test_the_energy_of_a_device_is_that_of_its_domain() -> None:
    assert measured_domain("cpu", _meters("package", "dram", "gpu")) == "package"
    assert measured_domain("cuda:0", _meters("package", "gpu")) == "gpu"
    assert measured_domain("cuda:0", _meters("soc")) == "soc", "Jetson counts its chip as a whole"
    assert measured_domain("cpu", _meters("soc", "package")) == "package"
    assert measured_domain("cpu", ()) == "package"


def test_a_gpu_at_rest_is_not_read_while_the_processor_is_measured() -> None:
    report = MeterReport("nvml-energy:0", "gpu", "counter", True, "a GPU", 0, 0.001, 0.1)
    assert open_meters([asdict(report)], None) == ()


def test_a_meter_that_went_away_is_one_error() -> None:
    report = MeterReport("rapl-nowhere", "package", "counter", True, "made up")
    with pytest.raises(JoulegraphError, match="rapl-nowhere is not there") as error:
        open_meters([asdict(report)], None)
    assert error.value.code == "meter-lost"


def test_a_processor_is_no_gpu() -> None:
    assert gpu_index("cpu") is None
    assert open_state(None) is None


def test_a_function_is_named_with_its_module() -> None:
    assert function_of("os.path:join")("a", "b") == "a/b"
    with pytest.raises(JoulegraphError, match="onnxruntime, torch"):
        function_of("os.path.join")
