"""What a profile makes of a capture's header."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.measure.fit.about import FACTS, read_facts
from py.measure.machine.describe import look_at
from py.measure.machine.profile_facts import facts_for_profile
from tests.measure.machine.made_devices import devices_of
from tests.measure.machine.made_machines import MACHINES
from tests.measure.meters.fake_clock import FakeClock

ORT = {
    "runner": "onnxruntime",
    "version": "1.31.1",
    "provider": "CPUExecutionProvider",
    "threads": "16",
    "settings": "all graph optimisations",
}
TORCH = {
    "name": "torch",
    "version": "2.9.0+cu128",
    "device": "cuda:0",
    "device_name": "NVIDIA A100-PCIE-40GB",
    "cuda": "12.8",
    "cudnn": "91002",
    "layout": "channels_last",
    "launch": "graphs",
}


def machine_json(name: str, root: Path) -> dict[str, Any]:
    clock = FakeClock()
    return look_at(MACHINES[name](root, clock), devices_of(name, root)).as_json()


def test_a_processor(tmp_path: Path) -> None:
    found = facts_for_profile(machine_json("server", tmp_path), ORT, "cpu", "2026-11-21T23:00:00Z")
    assert found == {
        "name": "Intel(R) Xeon(R) Silver 4310 CPU @ 2.10GHz, onnxruntime 1.31.1, "
        "CPUExecutionProvider",
        "device": "Intel(R) Xeon(R) Silver 4310 CPU @ 2.10GHz",
        "host": "Dell Inc. PowerEdge R750, 2 sockets, 16 cores, 32 threads, 269.3 GB, "
        "Ubuntu 24.04.2 LTS, Linux 6.8.0-generic",
        "software": "onnxruntime 1.31.1, CPUExecutionProvider",
        "clocks": "2,100 MHz base, 3,300 MHz at most, 3,300 MHz allowed, governor powersave, "
        "energy preference balance_performance, turbo on",
        "measured": {
            "who": None,
            "date": "2026-11-21",
            "source": None,
            "licence": None,
            "method": "single layers, one after the other, python -m py.measure; "
            "energy by its counter (rapl-package); all graph optimisations, threads 16",
        },
    }


def test_a_gpu(tmp_path: Path) -> None:
    found = facts_for_profile(machine_json("server", tmp_path), TORCH, "cuda:0")
    assert found["device"] == "NVIDIA A100-PCIE-40GB"
    assert found["driver"] == "NVIDIA 570.86.15"
    assert found["software"] == "torch 2.9.0+cu128, CUDA 12.8, cuDNN 9.10.2"
    assert found["clocks"] == "up to 1,410 MHz, memory up to 1,215 MHz, power limit 200 W"
    assert found["rated_power_w"]["value"] == 250.0
    assert "Intel(R) Xeon(R)" in found["host"]
    assert found["remarks"] == ["Other programs used the GPU when it began."]
    assert found["measured"]["date"] is None


def test_cuda_may_count_gpus_in_another_order(tmp_path: Path) -> None:
    machine = machine_json("server", tmp_path)
    other = machine["gpus"][0] | {"index": 0, "name": "NVIDIA T4", "driver": "1"}
    machine["gpus"] = [other, machine["gpus"][0] | {"index": 1}]
    found = facts_for_profile(machine, TORCH, "cuda:0")
    assert (found["device"], found["driver"]) == ("NVIDIA A100-PCIE-40GB", "NVIDIA 570.86.15")


def test_a_number_that_may_mean_another_gpu_tells_nothing(tmp_path: Path) -> None:
    machine = machine_json("server", tmp_path)
    machine["gpus"] = [
        machine["gpus"][0] | {"index": index, "name": name}
        for index, name in enumerate(("NVIDIA T4", "NVIDIA A30"))
    ]
    ort = ORT | {"provider": "CUDAExecutionProvider"}
    found = facts_for_profile(machine, ort, "cuda:0")
    assert not {"device", "driver", "clocks", "rated_power_w"} & set(found)
    machine["gpus"] = machine["gpus"][:1]
    assert facts_for_profile(machine, ort, "cuda:0")["device"] == "NVIDIA T4"


@pytest.mark.parametrize(
    ("meter", "words"),
    [
        ("nvml-energy:0", "its counter (nvml-energy)"),
        ("nvml-power:0", "power sampled and added up (nvml-power)"),
    ],
)
def test_a_profile_says_whether_its_energy_was_counted(
    tmp_path: Path, meter: str, words: str
) -> None:
    machine = machine_json("server", tmp_path)
    machine["quantities"] = [
        {"quantity": "gpu", "device": 1, "available": True, "how": "nvml-other:1"},
        {"quantity": "gpu", "device": 0, "available": True, "how": meter},
        {"quantity": "package", "device": None, "available": True, "how": "rapl-package"},
    ]
    method = facts_for_profile(machine, TORCH, "cuda:0")["measured"]["method"]
    assert f"; energy by {words}; " in method
    method = facts_for_profile(machine, ORT, "cpu")["measured"]["method"]
    assert "; energy by its counter (rapl-package); " in method
    machine["quantities"] = []
    assert "energy" not in facts_for_profile(machine, TORCH, "cuda:0")["measured"]["method"]


def test_what_makes_times_unsteady_is_remarked(tmp_path: Path) -> None:
    laptop = facts_for_profile(machine_json("laptop", tmp_path / "a"), ORT, "cpu")
    assert laptop["remarks"] == [
        "Measured on battery, where processors are held back.",
        "Other programs took 1.5 processors' time when it began.",
    ]
    guest = facts_for_profile(machine_json("guest", tmp_path / "b"), ORT, "cpu")
    assert guest["remarks"] == [
        "Measured in a virtual machine: its host may have taken time away.",
        "The virtual machine's host took 5% of its time when it began.",
    ]
    assert "virtual machine (Amazon EC2), container: Docker" in guest["host"]


@pytest.mark.parametrize("name", list(MACHINES))
def test_they_are_facts_of_a_profile(name: str, tmp_path: Path) -> None:
    machine = machine_json(name, tmp_path)
    for runner, device in ((ORT, "cpu"), (TORCH, "cuda:0"), ({}, "cpu")):
        found = facts_for_profile(machine, runner, device, "2026-11-21T23:00:00Z")
        path = tmp_path / "facts.json"
        path.write_text(json.dumps(found), encoding="utf-8")
        assert read_facts(path) == found


def _everywhere(value: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for a document like this one, any part of it anything."""
    junk = st.one_of(
        *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=300)),
        st.lists(st.text(max_size=3), max_size=3),
    )
    if isinstance(value, dict):
        parts = st.fixed_dictionaries({name: _everywhere(one) for name, one in value.items()})
        return st.one_of(parts, parts, parts, junk)
    if isinstance(value, list) and value:
        return st.one_of(st.lists(_everywhere(value[0]), max_size=2), junk)
    return st.one_of(st.just(value), junk)


_DOCUMENT = {
    "system": {"name": "Linux", "kernel": "6", "model": "Made"},
    "surroundings": {"virtual": True, "virtual_machine": "KVM", "container": "Docker"},
    "processor": {"name": "Made CPU", "sockets": 1, "cores": 4, "threads": 8},
    "clocks": {"base_mhz": 1.0, "governor": "powersave", "turbo": True},
    "memory": {"total_bytes": 10**10},
    "load": {"others_cpus": 1.0, "stolen_share": 0.5},
    "supply": {"on_battery": True},
    "gpus": [{"index": 0, "name": "GPU", "power_limit_default_w": 100.0, "other_processes": 2}],
}


@given(
    _everywhere(_DOCUMENT),
    st.dictionaries(st.sampled_from(["name", "version", "device_name", "threads"]), st.text()),
    st.sampled_from(["cpu", "cuda:0", "cuda", ""]),
    st.one_of(st.none(), st.text(max_size=30)),
)
def test_a_header_of_nonsense_still_makes_facts(
    tmp_path_factory: pytest.TempPathFactory,
    machine: Any,
    runner: dict[str, str],
    device: str,
    started: str | None,
) -> None:
    found = facts_for_profile(machine, runner, device, started)
    assert set(found) <= set(FACTS)
    path = tmp_path_factory.getbasetemp() / "nonsense.json"
    path.write_text(json.dumps(found, allow_nan=False), encoding="utf-8")
    assert read_facts(path) == found
