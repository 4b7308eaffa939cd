"""Energy, time and power over the batch."""

from pathlib import Path
from typing import Any

import pytest

from py.breakdown import Options, model_from_state, platform_for, price, state_of
from py.errors import JoulegraphError
from py.layers import Choices, Density, Layer, read_model
from py.platforms import load_platform
from py.scenarios import Setting, curve
from tests.models import conv_net
from tests.platforms.datasheet.made_up import MADE_UP
from tests.scenarios.models import Watched, chain, frozen_batch, setting, silent

BATCHES = (1, 2, 3, 16)


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("net") / "net.onnx"
    path.write_bytes(conv_net("n"))
    return path


def by_itself(path: Path, batch: int, platform: Any, options: Options) -> dict[str, Any]:
    """Return the totals of the file read and priced at one batch, on a platform of its own."""
    with path.open("rb") as file:
        model = read_model(file, path.name, Choices(batch=batch))
    return price(model, platform_for(platform, options), options).totals()


@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(density=Density("s", {}, (0.5, None, 0.25)), objective="delay"),
    ],
    ids=["plain", "zeros"],
)
def test_every_point_is_the_price_at_that_batch(net: Path, options: Options) -> None:
    from py.platforms.load import read_platform_file

    found = curve(setting(net, "eyeriss-v2", options), BATCHES, silent).as_json()
    assert [point["batch"] for point in found] == list(BATCHES)
    for point in found:
        alone = by_itself(net, point["batch"], read_platform_file("eyeriss-v2"), options)
        for name in ("energy_j", "energy_macs", "time_s", "power_w"):
            assert point[name] == alone[name]
        each = {name: alone["per_inference"][name] for name in point["per_inference"]}
        assert point["per_inference"] == each
        assert set(each) == {"energy_j", "energy_macs", "time_s"}


def test_a_device_has_a_curve_too(net: Path) -> None:
    plain = Options()
    found = curve(setting(net, platform_for(MADE_UP, plain)), BATCHES, silent)
    for point in found.points:
        assert point.cost is not None
        alone = by_itself(net, point.batch, MADE_UP, plain)
        assert point.cost.as_json() == {name: alone[name] for name in point.cost.as_json()}


def test_the_file_is_read_once_for_each_other_batch(net: Path) -> None:
    reads: list[Choices] = []
    curve(setting(net, options=Options(Choices(batch=2)), reads=reads), (4, 2, 1, 2, 4), silent)
    assert [choices.batch for choices in reads] == [2, 1, 4]


def test_layers_of_a_link_are_scaled(net: Path) -> None:
    """Without the file, and to the digit the same where all counts go with the batch."""
    base = setting(net)
    state = state_of(price(base.model, base.platform, base.options))
    linked = Setting(model_from_state(state), load_platform("eyeriss"), Options())
    assert curve(linked, BATCHES, silent) == curve(base, BATCHES, silent)


def test_a_batch_that_can_not_change_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "frozen.onnx"
    path.write_bytes(frozen_batch())
    with pytest.raises(JoulegraphError, match="does not run at 2") as caught:
        curve(setting(path), BATCHES, silent)
    assert caught.value.code == "batch-fixed"
    assert len(curve(setting(path), (1,), silent).points) == 1


def test_a_batch_without_room_carries_its_error(net: Path) -> None:
    """Its total would be one of fewer layers than the others'."""

    def refuse(layer: Layer) -> None:
        if layer.loops is not None and layer.loops.n > 4:
            raise JoulegraphError("does-not-fit", "No mapping fits.", "Less.")

    on = Watched(load_platform("eyeriss"), refuse)
    points = curve(setting(net, on), (1, 4, 8, 16), silent).as_json()
    assert ["error" in point for point in points] == [False, False, True, True]
    assert points[2] == {
        "batch": 8,
        "error": {
            "code": "batch-not-priced",
            "message": "At a batch of 8, 2 layers got no estimate: conv1: No mapping fits.",
            "remedy": "Choose a smaller batch, or a platform with more room.",
        },
    }


def test_a_layer_without_an_estimate_anywhere_leaves_the_others_theirs(net: Path) -> None:
    def refuse(layer: Layer) -> None:
        if layer.kind == "pool":
            raise JoulegraphError("pool", "Nobody knows pools.", "None.")

    points = curve(setting(net, Watched(load_platform("eyeriss"), refuse)), (1, 2), silent)
    assert [point.left for point in points.points] == [1, 1]
    assert points.as_json()[0]["not_modelled"] == 1


@pytest.mark.parametrize("batches", [(), (0, 1), (1 << 21,), range(1, 66)], ids=str)
def test_batches_that_are_none(net: Path, batches: Any) -> None:
    with pytest.raises(JoulegraphError) as caught:
        curve(setting(net), batches, silent)
    assert caught.value.code == "batches-invalid"


def test_progress_goes_from_nothing_to_nearly_all(net: Path) -> None:
    told: list[tuple[str, float]] = []
    curve(setting(net), (1, 2), lambda label, share: told.append((label, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] < 1.0
    assert [label for label, _ in told[:: len(told) - 1]] == ["batch 1", "batch 2"]


def test_a_deep_network_is_asked_for_each_layer_once_a_batch(tmp_path: Path) -> None:
    path = tmp_path / "deep.onnx"
    path.write_bytes(chain(320))
    on = Watched(platform_for(MADE_UP, Options()))
    found = curve(setting(path, on), (1, 2, 4), silent)
    assert all(point.cost is not None for point in found.points)
    assert len(on.asked) == 3 * 320
