"""Runners and meters by name, in the process that measures."""

from collections.abc import Callable
from dataclasses import asdict
from typing import cast

import pytest

from py.errors import JoulegraphError
from py.measure.capture.opening import (
    function_of,
    measured_domain,
    open_meters,
    open_state,
)
from py.measure.meters.candidate import Candidate
from py.measure.meters.meter import Domain, Meter, MeterFacts
from py.measure.meters.report import MeterReport
from py.measure.meters.which_gpu import Gpu


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


def _report(name: str, domain: Domain, device: int | None = None) -> MeterReport:
    return MeterReport(name, domain, "counter", True, "made up", device, 0.001, 0.1)


REPORTS = (
    _report("nvml-energy:0", "gpu", 0),
    _report("nvml-energy:1", "gpu", 1),
    _report("zeus-amd-energy:0", "gpu", 0),
    _report("zeus-amd-energy:1", "gpu", 1),
    _report("zeus-jetson-gpu", "gpu"),
    _report("zeus-jetson-total", "soc"),
    _report("zeus-apple-ane", "other"),
    _report("rapl-package", "package"),
    _report("rapl-core", "core"),
    _report("rapl-dram", "dram"),
    _report("rapl-uncore", "other"),
    _report("rapl-psys", "other"),
)
HOST = ["zeus-jetson-total", "rapl-package", "rapl-core", "rapl-dram"]


@pytest.mark.parametrize(
    ("device", "gpu", "names"),
    [
        ("cpu", Gpu(), HOST),
        ("cuda:0", Gpu(nvml=1), ["nvml-energy:1", "zeus-jetson-gpu", *HOST]),
        ("cuda:0", Gpu(amd=0), ["zeus-amd-energy:0", "zeus-jetson-gpu", *HOST]),
        ("cuda:0", Gpu(unknown="nobody says"), ["zeus-jetson-gpu", *HOST]),
    ],
)
def test_meters_of_the_device_and_its_host_are_opened_and_no_others(
    monkeypatch: pytest.MonkeyPatch, device: str, gpu: Gpu, names: list[str]
) -> None:
    """Nor those of a domain without a column: each would hold every row up."""

    def opener(name: str) -> Callable[[MeterFacts], Meter]:
        return lambda facts: cast(Meter, _Named(facts))

    monkeypatch.setattr(
        "py.measure.meters.probe.find_candidates",
        lambda: [
            Candidate(one.name, one.domain, one.source, one.about, opener(one.name), one.device)
            for one in REPORTS
        ],
    )
    opened = open_meters([asdict(one) for one in REPORTS], device, gpu)
    assert [meter.facts.name for meter in opened] == names


class _Named:
    def __init__(self, facts: MeterFacts) -> None:
        self.facts = facts

    def close(self) -> None: ...


def test_a_meter_that_went_away_is_one_error() -> None:
    report = MeterReport("rapl-nowhere", "package", "counter", True, "made up")
    with pytest.raises(JoulegraphError, match="rapl-nowhere is not there") as error:
        open_meters([asdict(report)], "cpu", Gpu())
    assert error.value.code == "meter-lost"


def test_nobody_looks_at_the_state_of_a_processor() -> None:
    assert open_state(None) is None


def test_a_function_is_named_with_its_module() -> None:
    assert function_of("os.path:join")("a", "b") == "a/b"
    with pytest.raises(JoulegraphError, match="onnxruntime, torch"):
        function_of("os.path.join")
