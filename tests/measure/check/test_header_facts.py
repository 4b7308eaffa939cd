"""What a reviewer reads of a capture's header: short facts, and nothing as JSON."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from py.measure.check.header_facts import header_facts
from tests.measure.check.made import HEADER

MACHINE: dict[str, Any] = {
    "system": {"name": "Debian", "python": "CPython 3.11"},
    "processor": {"name": "made-up processor", "cores": 2, "threads": 4},
    "memory": {"total_bytes": 16e9, "available_bytes": 8e9, "limit_bytes": None},
    "share": {"threads": 4},
    "load": {"others_cpus": 0.5, "stolen_share": 0.02},
    "heat": {"temperature_c": 41},
    "meters": [
        {"name": "rapl-package", "works": True, "update_period_s": 0.001},
        {"name": "nvml-energy", "works": False, "reason": "no driver"},
    ],
    "software": [
        {"name": "onnxruntime", "works": True, "version": "1.2"},
        {"name": "torch", "works": False},
    ],
    "quantities": [{"quantity": "runtime", "remedy": []}],
}


def test_a_header_is_told_in_short_facts() -> None:
    runner = {"runner": "made up", "version": "1.0"}
    found = dict(header_facts(replace(HEADER, machine=MACHINE, runner=runner)))
    assert found == {
        "plan": "quick",
        "started": "2026-11-21T10:00:00Z",
        "device": "cpu, made-up processor",
        "host": "2 cores, 4 threads, 16 GB, Debian",
        "memory": "16.0 GB in all, 8.00 GB free",
        "runner": "runner made up, version 1.0",
        "meters": "rapl-package (every 1.00 ms)",
        "when it began": "other programs on 0.500 of 4 CPUs, 2.0 % of its time taken by the "
        "virtual machine's host, 41 °C",
        "other software": "CPython 3.11, onnxruntime 1.2",
        "method": "window_s 0.2",
        "engine": HEADER.engine,
    }


def test_without_a_working_meter_it_says_so() -> None:
    machine = MACHINE | {"meters": MACHINE["meters"][1:]}
    assert dict(header_facts(replace(HEADER, machine=machine)))["meters"] == "none that works here"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(part=st.sampled_from(sorted(MACHINE)), value=_JSON, method=st.dictionaries(st.text(), _JSON))
def test_it_may_hold_anything(part: str, value: Any, method: dict[str, Any]) -> None:
    header = replace(HEADER, machine=MACHINE | {part: value}, method=method)
    assert all(name and text for name, text in header_facts(header))
