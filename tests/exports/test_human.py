"""Everyday units: arithmetic by hand and by vectors, intervals, regions, the terminal's option."""

import argparse
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.estimate import main as estimate
from py.exports.human import Usage, human
from py.exports.regions import region_named, regions_of
from py.human_option import add_human_argument, human_of
from tests.exports.made import ROOT, sample
from tests.golden import WRITES
from tests.test_schemas import schema

VECTORS = ROOT / "tests" / "vectors" / "human.json"
TABLE: Any = json.loads((ROOT / "public" / "regions.json").read_text("utf-8"))
REGIONS = regions_of(TABLE)
CASES: list[dict[str, Any]] = [
    {"energy_j": 0.0236, "ends": None, "usage": {}},
    {
        "energy_j": 0.0236,
        "ends": [0.0201, 0.0271],
        "usage": {"per_day": 1000, "battery_j": 54000, "price_per_kwh": 0.3, "g_per_kwh": 344.14},
    },
    {"energy_j": 2.7175012732e-05, "ends": None, "usage": {"battery_j": 55440, "per_day": 0}},
    {"energy_j": None, "ends": None, "usage": {"per_day": 1, "battery_j": 1, "g_per_kwh": 1}},
    {"energy_j": 0, "ends": None, "usage": {"battery_j": 10, "price_per_kwh": 1}},
    {"energy_j": 1e-3, "ends": [0, 2e-3], "usage": {"battery_j": 10, "per_day": 3.5}},
    {"energy_j": 812.5, "ends": [700.1, 990.9], "usage": {"per_day": 86400, "g_per_kwh": 708.32}},
    {"energy_j": 0.1, "ends": None, "usage": {"per_day": 7, "price_per_kwh": 0}},
    {"energy_j": 5e-324, "ends": None, "usage": {"battery_j": 1e18}},
]


def figures(case: dict[str, Any]) -> dict[str, list[float | None]]:
    ends = None if case["ends"] is None else (case["ends"][0], case["ends"][1])
    found = human(case["energy_j"], ends, Usage(**case["usage"]))
    return {name: list(figure) for name, figure in found.items()}


def test_the_vectors_that_the_page_shares() -> None:
    if WRITES:
        lines = ",\n".join(json.dumps(case | {"figures": figures(case)}) for case in CASES)
        VECTORS.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    assert [{k: v for k, v in case.items() if k != "figures"} for case in vectors] == CASES
    assert [case["figures"] for case in vectors] == [figures(case) for case in CASES]


def test_by_hand() -> None:
    """23.6 mJ: 15 Wh are 54 kJ, a year of 1,000 a day takes 8614 J or 2.393 Wh."""
    usage = Usage(per_day=1000, battery_j=54_000, price_per_kwh=0.3, g_per_kwh=344.14)
    found = human(0.0236, (0.02, 0.03), usage)
    assert found["thousand_j"] == pytest.approx((23.6, 20, 30))
    assert found["day_j"] == pytest.approx((23.6, 20, 30))
    assert found["charge_inferences"] == pytest.approx((2_288_135.593, 1_800_000, 2_700_000))
    assert found["charge_days"] == pytest.approx((2288.135593, 1800, 2700))
    assert found["cost_thousand"][0] == pytest.approx(23.6 / 3.6e6 * 0.3)
    assert found["cost_day"][0] == pytest.approx(23.6 / 3.6e6 * 0.3)
    assert found["co2e_day_g"][0] == pytest.approx(0.00225602889)
    assert found["cost_year"][0] == pytest.approx(0.000717833333)
    assert found["co2e_thousand_g"][0] == pytest.approx(0.00225602889)
    assert found["co2e_year_g"][0] == pytest.approx(0.823450544)


_energies = st.floats(1e-12, 1e6)


@given(_energies, _energies, _energies, st.floats(1e-3, 1e9), st.floats(1e-3, 1e9))
def test_ends_keep_their_order_and_units_agree(
    a: float, b: float, c: float, rate: float, battery: float
) -> None:
    low, value, high = sorted((a, b, c))
    found = human(value, (low, high), Usage(rate, battery, 0.25, 100))
    for one, least, most in found.values():
        assert one is not None
        assert least is not None
        assert most is not None
        assert least <= one <= most
    days, day = found["charge_days"][0], found["day_j"][0]
    assert days is not None
    assert day is not None
    assert Fraction(days) * Fraction(day) == pytest.approx(Fraction(battery), rel=1e-12)


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), 1e19])
def test_a_usage_refuses_nonsense(value: float) -> None:
    with pytest.raises(ValueError, match=r"Usage\.per_day"):
        Usage(per_day=value)


def test_the_table_of_regions() -> None:
    jsonschema.validate(TABLE, schema("regions"))
    ids = [region["id"] for region in TABLE["regions"]]
    assert len(set(ids)) == len(ids)
    assert {region.get("source", TABLE["source"]) for region in TABLE["regions"]} <= set(
        TABLE["sources"]
    )
    assert REGIONS["DE"].g_per_kwh == 344.14
    assert REGIONS["WORLD"].year == 2024
    assert "CC BY 4.0" in REGIONS["DE"].source
    assert REGIONS["DE"].url.startswith("https://")


def test_regions_are_found_by_id_and_name() -> None:
    assert region_named(REGIONS, " de ").name == "Germany"
    assert region_named(REGIONS, "south korea").id == "KR"
    with pytest.raises(JoulegraphError) as caught:
        region_named(REGIONS, "Grmany")
    assert "DE (Germany)" in caught.value.message
    with pytest.raises(JoulegraphError):
        regions_of({"schema": "joulegraph/regions/1"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rate=1000/day", {"per_day": 1000}),
        ("rate=2.5/s", {"per_day": 216_000}),
        ("rate=60/hour , battery=15Wh", {"per_day": 1440, "battery_j": 54_000}),
        ("battery=4000mAh@3.85V", {"battery_j": 55_440}),
        ("battery=100kJ,price=0.30", {"battery_j": 100_000, "price_per_kwh": 0.3}),
        ("price=0.30€,region=350g", {"price_per_kwh": 0.3, "g_per_kwh": 350}),
        ("region=Germany", {"g_per_kwh": 344.14}),
        ("", {}),
    ],
)
def test_the_option_is_read(text: str, expected: dict[str, float]) -> None:
    assert human_of(text).usage.as_json() == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    [
        *("rate=1000", "rate=-1/day", "rate=1/fortnight", "battery=4000mAh", "battery=15", "x=1"),
        *("rate=1/day,rate=2/day", "price=abc", "rate=", "=", "region=-5g", "rate=1e99/day"),
        *("battery=1e20Wh", "rate=nan/day", "rate=١/day" * 300),
    ],
)
def test_what_is_wrong_with_the_option_is_told(text: str) -> None:
    with pytest.raises(JoulegraphError) as caught:
        human_of(text)
    assert caught.value.code in ("human-invalid", "region-unknown")


def outcome(text: str) -> str:
    """Return that an option was read, or the code of the error."""
    try:
        human_of(text)
    except JoulegraphError as error:
        return error.code
    return "read"


@given(st.text(max_size=60) | st.from_regex(r"(rate|region|battery|price)=[0-9a-zA-Z@/.+-]{0,12}"))
def test_any_option_is_read_or_refused(text: str) -> None:
    assert outcome(text) in ("read", "human-invalid", "region-unknown")


def test_the_terminal_says_it_after_the_table_and_only_when_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    model = str(ROOT / "public" / "models" / "lenet5.onnx")
    usage = ["--human", "rate=1000/day,region=DE,battery=15Wh,price=0.30EUR"]
    assert estimate([model]) == 0
    plain = capsys.readouterr().out
    assert estimate([model, *usage]) == 0
    text = capsys.readouterr().out
    assert text.startswith(plain)
    assert "everyday units" not in plain
    for said in ("1.987 G inferences", "Germany 2024, 344.1 g", "EUR a year", "location-based"):
        assert said in text
    for said in ("0.0000000023 EUR a day", "0.00000083 EUR a year", "g a day"):
        assert said in text
    assert estimate([model, *usage, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, schema("result"))
    each = sample("lenet5").result.totals()["per_inference"]["energy_j"]
    assert document["human"]["figures"]["inference_j"] == [each, None, None]
    assert document["human"]["usage"]["region"]["id"] == "DE"
    year = Decimal(each) * 365_000 / 3_600_000 * Decimal("344.14")
    assert document["human"]["figures"]["co2e_year_g"][0] == pytest.approx(float(year))
    assert estimate([model, *usage, "--format", "csv"]) == 0
    assert "no place for --human" in capsys.readouterr().err


def test_intervals_and_unknown_energy_carry_over(capsys: pytest.CaptureFixture[str]) -> None:
    model = str(ROOT / "public" / "models" / "lenet5.onnx")
    assert estimate([model, "--platform", "cpu-raptorlake", "--human", "battery=15Wh"]) == 0
    text = capsys.readouterr().out
    assert "80 % intervals" in text
    assert " to " in text.split("a charge")[1].splitlines()[0]
    assert estimate([model, "--platform", "isca16_16x16", "--human", "battery=15Wh"]) == 0
    assert "unknown" in capsys.readouterr().out.splitlines()[-1]


def test_help_names_an_example() -> None:
    parser = argparse.ArgumentParser()
    add_human_argument(parser)
    assert "rate=1000/day" in parser.format_help()
