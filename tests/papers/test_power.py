"""The joule scale and static power of the Eyeriss files follow from the chip's measured power."""

import math

import pytest

from py.platforms.load import read_platform_file
from tests.papers.chip import CHIP, TOTAL, Measured, Row
from tests.papers.chip_lines import power
from tests.papers.power import (
    Fit,
    Point,
    chip_fit,
    constant_errors_mw,
    fit,
    mean_size,
    points,
    sparing,
    standard_errors,
)
from tests.papers.run import chip, run
from tests.papers.vgg import TOTAL as VGG_TOTAL
from tests.papers.vgg import VGG


def test_a_fit_of_points_on_a_line_is_the_line() -> None:
    line = Fit(2e-12, 0.125)
    given = [Point(str(rate), rate, line.power_w(Point("", rate, 0.0))) for rate in (1e9, 3e9, 8e9)]
    found = fit(given)
    assert found.mac_energy_j == pytest.approx(2e-12)
    assert found.idle_power_w == pytest.approx(0.125)
    assert standard_errors(given) == pytest.approx((0.0, 0.0), abs=1e-9)


def test_nothing_fits_better_in_the_sense_of_least_squares() -> None:
    given, found = points(CHIP), chip_fit()
    least = math.fsum(residual**2 for residual in found.residuals_mw(given))
    for scale in (0.99, 1.01):
        for other in (
            Fit(found.mac_energy_j * scale, found.idle_power_w),
            Fit(found.mac_energy_j, found.idle_power_w * scale),
        ):
            assert math.fsum(residual**2 for residual in other.residuals_mw(given)) > least


def test_the_files_have_the_fitted_constants() -> None:
    """To the four digits that the files give."""
    found = chip_fit()
    as_measured, as_in_2017 = read_platform_file("eyeriss-chip"), read_platform_file("eyeriss")
    for file in (as_measured, as_in_2017):
        assert file["mac_energy_j"]["value"] == float(f"{found.mac_energy_j:.3e}")
        assert file["mac_energy_j"]["source"].startswith("fitted: ")
    assert as_measured["idle_power_w"]["value"] == float(f"{found.idle_power_w:.4g}")
    assert as_in_2017["idle_power_w"]["value"] is None


def test_the_files_say_how_far_off_the_fit_is() -> None:
    of_mac, of_idle = standard_errors(points(CHIP))
    fitted, tested = (chip_fit().residuals_mw(points(rows)) for rows in (CHIP, VGG))
    constant = mean_size(constant_errors_mw(points(CHIP), points(VGG)))
    scale = f"{1e12 * of_mac:.2f} pJ"
    said = (
        f"within {_most(fitted)} mW, {mean_size(fitted):.0f} on average",
        f"within {_most(tested)} mW, {mean_size(tested):.0f} on average",
        f"off by {constant:.0f} on average",
    )
    file = read_platform_file("eyeriss-chip")
    assert f"standard error {scale}" in file["mac_energy_j"]["source"]
    assert f"standard error {1e3 * of_idle:.0f} mW" in file["idle_power_w"]["source"]
    for source in (
        file["mac_energy_j"]["source"],
        file["idle_power_w"]["source"],
        read_platform_file("eyeriss")["mac_energy_j"]["source"],
    ):
        assert [text for text in said if text not in source] == []
    remark = file["remarks"][0]
    assert f"± {scale} a MAC" in remark
    assert f"± {1e3 * of_idle:.0f} mW of static power" in remark
    assert f"{mean_size(tested):.0f} mW on average, and {_most(tested)} mW at most" in remark


def _most(residuals: list[float]) -> int:
    return math.ceil(max(abs(residual) for residual in residuals))


def test_power() -> None:
    """At most half the error of the best constant on VGG-16, and no more than CONV1's simulation.

    The constant is least squares too, the error the mean of absolute ones.
    """
    found = list(power())
    assert [line for line in found if line.state == "outside"] == []
    assert len([line for line in found if line.state == "within"]) == 3


def test_the_accesses_that_a_zero_spares_are_chosen_on_alexnet() -> None:
    """What the file spares fits AlexNet best; VGG-16 has no part in the choice."""
    errors = {}
    for spared in (("weight",), ("weight", "psum"), ("weight", "ifmap", "psum")):
        given = points(CHIP, sparing(*spared))
        errors[spared] = mean_size(fit(given).residuals_mw(given))
    assert min(errors, key=lambda spared: errors[spared]) == chip().skipped.spared
    # The file's source says five times.
    assert errors["weight",] / errors["weight", "ifmap", "psum"] == pytest.approx(5, abs=0.5)


@pytest.mark.parametrize(("rows", "total"), [(CHIP, TOTAL), (VGG, VGG_TOTAL)], ids=["V", "VI"])
def test_the_tables_average_power_over_total_latency(rows: dict[str, Row], total: Measured) -> None:
    """Why the fit takes it: averages over processing latency are other numbers."""
    averages = {}
    for latency in ("total_ms", "processing_ms"):
        times = [getattr(row.measured, latency) for row in rows.values()]
        drawn = [row.measured.power_mw for row in rows.values()]
        energy = math.fsum(power * time for power, time in zip(drawn, times, strict=True))
        averages[latency] = energy / math.fsum(times)
    assert round(averages["total_ms"]) == total.power_mw
    assert round(averages["processing_ms"]) != total.power_mw


@pytest.mark.parametrize(
    ("rows", "total", "tolerance"), [(CHIP, TOTAL, 0.01), (VGG, VGG_TOTAL, 0.05)], ids=["V", "VI"]
)
def test_energy_on_chip_is_the_measured_one(
    rows: dict[str, Row], total: Measured, tolerance: float
) -> None:
    """Power times total latency: 32 mJ for four images of AlexNet, 1.02 J for three of VGG-16."""
    found, seconds = chip_fit(), total.total_ms / 1e3
    moved = math.fsum(run(row, chip()).on_chip for row in rows.values()) * found.mac_energy_j
    drawn = found.idle_power_w * seconds
    assert moved + drawn == pytest.approx(total.power_mw / 1e3 * seconds, rel=tolerance)
