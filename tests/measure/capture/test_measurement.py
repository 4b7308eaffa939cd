"""What a measurement writes into a row, by hand."""

from dataclasses import replace

import pytest

from py.measure.capture.measurement import Measurement
from py.measure.meters.device_state import DeviceState

FOUND = Measurement(
    runtime_s=0.002,
    runtime_se_s=1e-5,
    runtime_min_s=0.0019,
    repetitions=500,
    window_s=1.25,
    measured="package",
    power_w={"package": 50.0, "dram": 4.0, "core": 30.0},
    power_se_w=0.5,
    power_samples_w=[49.123456, 51.0],
    state=DeviceState(clock_mhz=2400.0, throttled=("heat", "power")),
    outlier=True,
    note="meter: gone",
)


def test_a_row_by_hand() -> None:
    assert FOUND.cells == {
        **{"runtime_ms": "2", "power_w": "50", "energy_mj": "100"},
        **{"runtime_se_ms": "0.01", "runtime_min_ms": "1.9", "repetitions": "500"},
        **{"window_s": "1.25", "energy_se_mj": "1.118034"},
        **{"gpu_mj": "", "package_mj": "100", "core_mj": "60", "dram_mj": "8", "soc_mj": ""},
        **{"clock_seen_mhz": "2400", "memory_clock_mhz": "", "temperature_c": ""},
        **{"power_samples_w": "49.12 51", "throttled": "heat power"},
        **{"outlier": "1", "note": "meter: gone"},
    }


def test_the_energy_of_an_idle_window_is_that_of_the_window() -> None:
    idle = Measurement(None, None, None, 0, 2.0, "gpu", {"gpu": 25.0, "package": 10.0})
    cells = idle.cells
    assert (cells["power_w"], cells["energy_mj"], cells["gpu_mj"]) == ("25", "50000", "50000")
    assert cells["package_mj"] == "20000"
    assert (cells["runtime_ms"], cells["repetitions"], cells["window_s"]) == ("", "0", "2")


def test_the_energy_s_error_is_that_of_power_and_of_runtime() -> None:
    alone = replace(FOUND, runtime_se_s=None)
    assert alone.cells["energy_se_mj"] == "1", "1 % of 100 mJ, by the power alone"
    assert replace(FOUND, power_se_w=0.0).cells["energy_se_mj"] == "0.5"
    assert replace(FOUND, power_w={}).cells["energy_se_mj"] == ""


def test_what_is_not_known_is_blank_and_never_zero() -> None:
    cells = Measurement(1e-3, None, 1e-3, 1, 0.1, "gpu").cells
    for name in ("power_w", "energy_mj", "gpu_mj", "runtime_se_ms", "energy_se_mj"):
        assert cells[name] == ""
    assert cells["outlier"] == "0"


def test_many_samples_are_thinned_evenly() -> None:
    cells = Measurement(
        1e-3, None, 1e-3, 1, 0.1, "gpu", power_samples_w=[float(one) for one in range(400)]
    ).cells
    assert [float(one) for one in cells["power_samples_w"].split()] == [
        10.0 * one for one in range(40)
    ]


@pytest.mark.parametrize(("runtime_s", "repetitions"), [(None, 3), (1e-3, 0)])
def test_a_runtime_goes_with_repetitions(runtime_s: float | None, repetitions: int) -> None:
    with pytest.raises(ValueError, match="a runtime goes with repetitions"):
        Measurement(runtime_s, None, None, repetitions, 1.0, "gpu")
