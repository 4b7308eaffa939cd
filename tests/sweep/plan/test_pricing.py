"""Pricing parts with answers, and the platforms as points of the grid have them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from py.breakdown import Options, decode_link, platform_for, price
from py.errors import JoulegraphError
from py.layers import Choices, read_model
from py.platforms.accelerator import best, chooser
from py.platforms.accelerator.choice import LayerQuestion
from py.platforms.load import read_platform_file
from py.platforms.measured.calibration import Calibration
from py.sweep.answers import Answer, Refusal
from py.sweep.plan import variant as variant_module
from py.sweep.plan.mapping import Question, answer
from py.sweep.plan.pricing import PriceAsk, rows_of
from py.sweep.plan.reading import Part, ReadAsk, read
from py.sweep.plan.variant import Variant
from py.sweep.rows.row import Row
from tests.models import conv_net
from tests.sweep.plan.within import combinations, setting, within

Found = Mapping[Variant, Mapping[LayerQuestion, Answer]]


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "net.onnx"
    path.write_bytes(conv_net("N"))
    return str(path)


def part_of(net: str, *points: Mapping[str, str]) -> Part:
    (part,) = read(ReadAsk(net, combinations(points))).parts
    return part


def found_for(part: Part) -> Found:
    return {
        variant: {layer: answer(Question(variant, layer)) for layer in layers}
        for variant, layers in part.needs.items()
    }


def row_at(net: str, platform: str, **texts: str) -> Row:
    with within(platform):
        part = part_of(net, texts)
        (row,) = rows_of(PriceAsk(part, found_for(part)))
    return row


def expected(net: str, platform: str, options: Options) -> tuple[float | None, float | None]:
    with open(net, "rb") as file:
        model = read_model(file, "net.onnx", options.choices)
    result = price(model, platform_for(read_platform_file(platform), options), options)
    return result.energy_j, result.time_s


@pytest.mark.parametrize("platform", ["eyeriss", "cpu-raptorlake", "t4"])
def test_a_row_has_what_one_model_alone_costs(net: str, platform: str) -> None:
    values = row_at(net, platform, batch="3").values
    found = expected(net, platform, Options(choices=Choices(batch=3)))
    assert (values["energy_j"], values["time_s"]) == found
    assert (values["status"], values["batch"]) == ("ok", 3)


def test_with_answers_nothing_is_searched(net: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = [expected(net, "eyeriss", Options(array=array)) for array in ((2, 3), (8, 8))]
    assert alone[0] != alone[1]
    with within("eyeriss"):
        part = part_of(net, {"array": "2x3"}, {"array": "8x8"})
        found = found_for(part)
        assert all(found.values())

    def search(*_: object, **__: object) -> None:
        raise AssertionError("nothing is to be searched")

    monkeypatch.setattr(best, "_found", {})
    with within("eyeriss"):  # other platforms, which have learnt nothing yet
        monkeypatch.setattr(chooser, "best", search)
        rows = rows_of(PriceAsk(part, found))
    assert [row.values["status"] for row in rows] == ["ok", "ok"]
    told = [(row.values["energy_j"], row.values["time_s"]) for row in rows]
    assert told == alone


def test_a_layer_that_fits_nowhere_is_not_searched_again(net: str) -> None:
    refused = Refusal("does-not-fit", "No mapping fits.", "Give it more.")
    with within("eyeriss"):
        part = part_of(net, {})
        ((variant, layers),) = part.needs.items()
        (row,) = rows_of(PriceAsk(part, {variant: dict.fromkeys(layers, refused)}))
    assert row.values["status"] in ("failed", "partial")
    assert "No mapping fits" in str(row.values["reason"])


def test_links_are_there_where_they_are_asked_for(net: str) -> None:
    with within("t4"):
        (row,) = rows_of(PriceAsk(part_of(net, {}), {}))
    assert row.values["link"] is None
    with within("t4", links=True):
        (row,) = rows_of(PriceAsk(part_of(net, {"batch": "2"}), {}))
    link = str(row.values["link"])
    assert link.startswith("https://example.org/#v1.")
    assert decode_link(link)["options"]["batch"] == 2


def test_what_cannot_be_priced_has_its_row(net: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> None:
        raise JoulegraphError("too-hard", "It is too hard.", "Leave it.")

    with within("t4"):
        part = part_of(net, {"batch": "2"}, {"batch": "2", "bits": "4"})
        monkeypatch.setattr("py.sweep.plan.pricing.price", refuses)
        rows = rows_of(PriceAsk(part, {}))
    told = [(row.place, row.values["reason_code"], row.values["model"]) for row in rows]
    assert told == [(0, "too-hard", "net"), (1, "too-hard", "net")]


def test_a_variant_is_made_once_and_kept_for_its_sweep() -> None:
    with within("eyeriss"):
        first = Variant(0, array=(4, 4)).platform_made()
        assert Variant(0, array=(4, 4)).platform_made() is first
        assert Variant(0, array=(8, 8)).platform_made() is not first
    with within("eyeriss"):
        assert Variant(0, array=(4, 4)).platform_made() is not first


def test_only_so_many_variants_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variant_module, "_made", {})
    monkeypatch.setattr(variant_module, "_MOST_KEPT", 3)
    with within("t4", "k40", "l4", "p4"):
        made = [Variant(place).platform_made() for place in range(4)]
        assert len(variant_module._made) == 3
        assert Variant(3).platform_made() is made[3]
        assert Variant(0).platform_made() is not made[0]  # the first had to go


def test_a_variant_has_all_that_the_options_say_of_a_platform() -> None:
    options = Options(
        dataflow="any",
        objective="delay",
        capacities={"global_buffer": 65536},
        array=(4, 4),
        clock_hz=1e6,
    )
    with within("eyeriss"):
        made = Variant.of(0, options).platform_made()
    alone = platform_for(read_platform_file("eyeriss"), options)
    assert getattr(made, "choices_as_json")() == getattr(alone, "choices_as_json")()  # noqa: B009
    taken_back = Options(capacities={}, array=(), clock_hz=0.0)
    assert Variant.of(2, taken_back) == Variant(2)


def test_a_calibration_that_a_link_brings_is_kept(net: str) -> None:
    options = Options(calibration=Calibration(2.0, None, 3))
    with open(net, "rb") as file:
        model = read_model(file, "net.onnx", Choices())
    with within("cpu-raptorlake"):
        plain, scaled = (
            price(model, Variant.of(0, own).platform_made(), own).time_s
            for own in (Options(), options)
        )
    assert plain is not None
    assert scaled == pytest.approx(2 * plain)


def test_a_setting_is_known_by_its_token() -> None:
    assert setting("t4").token != setting("t4").token
