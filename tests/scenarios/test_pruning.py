"""The order of energy-aware pruning, and what each step saves."""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.breakdown import Options, Result, platform_for, price
from py.errors import JoulegraphError
from py.layers import Density, Zeros
from py.platforms import load_platform
from py.platforms.load import read_platform_file
from py.scenarios import prune
from tests.models import conv_net, read, serialised, weights
from tests.platforms.accelerator.edited import edited
from tests.platforms.datasheet.made_up import MADE_UP
from tests.scenarios.models import Watched, chain, setting, silent

ZEROS = {
    "conv1": Zeros(ifmap=0.25, weight=0.5, ofmap=0.5),
    "conv5": Zeros(ifmap=0.5, weight=None, ofmap=0.75),
}


def priced(layers: int = 5, platform: str = "eyeriss", zeros: dict[str, Zeros] = ZEROS) -> Result:
    options = Options(density=Density("made up", zeros))
    return price(read(chain(layers)), load_platform(platform), options)


@pytest.mark.parametrize("platform", ["eyeriss", "eyeriss-v2", "eyeriss-chip", "tpu-v1-like"])
@pytest.mark.parametrize("keep", [0.0, 0.3, 0.5, 1.0])
def test_every_step_is_the_price_of_the_network_so_pruned(platform: str, keep: float) -> None:
    result = priced(platform=platform)
    found = prune(result, keep, silent)
    assert found.before.energy_macs == result.energy_macs
    zeros = {row.layer.name: row.layer.zeros for row in result.rows}
    before = result
    for step in found.steps:
        old = zeros[step.layer]
        share = 1.0 - keep * (1.0 - (old.weight or 0.0))
        zeros[step.layer] = Zeros(old.ifmap, share, old.ofmap)
        after = priced(platform=platform, zeros=zeros)
        assert step.energy_macs == after.energy_macs
        assert step.energy_j == after.energy_j
        assert before.energy_macs is not None
        assert after.energy_macs is not None
        assert step.saves_macs == before.energy_macs - after.energy_macs
        before = after


def test_the_layers_that_take_most_go_first() -> None:
    result = priced(30)
    found = prune(result, 0.5, silent)
    shares = [step.share for step in found.steps]
    assert shares == sorted(shares, key=lambda share: -(share or 0.0))
    assert sorted(step.index for step in found.steps) == list(range(30))
    assert math.isclose(math.fsum(share or 0.0 for share in shares), 1.0)
    energies = [row.estimate.energy_macs for row in result.rows]
    assert [energies[step.index] for step in found.steps] == sorted(
        energies, key=lambda energy: -(energy or 0.0)
    )
    assert [result.rows[step.index].layer.name for step in found.steps] == [
        step.layer for step in found.steps
    ]


share = st.floats(0, 1)


@given(share, st.lists(st.none() | share, min_size=5, max_size=5), share)
@settings(max_examples=40)
def test_no_step_costs_energy_where_coding_lengthens_nothing(
    keep: float, shares: list[float | None], ifmap: float
) -> None:
    """Eyeriss v2 skips zero weights, and writes tensors as they are where a code is longer."""
    zeros = {f"conv{i}": Zeros(ifmap, weight) for i, weight in enumerate(shares, 1)}
    found = prune(priced(platform="eyeriss-v2", zeros=zeros), keep, silent)
    assert all(step.saves_macs is not None and step.saves_macs >= 0 for step in found.steps)
    assert "makes the weights longer" not in found.about


def test_where_coding_lengthens_the_weights_it_is_told() -> None:
    """Eyeriss's map adds a bit to each word: of 16 bits, so few zeros do not make up for it."""
    found = prune(priced(zeros={}), 0.99, silent)
    assert all(step.saves_macs is not None and step.saves_macs < 0 for step in found.steps)
    assert "5 steps cost more than before" in found.about
    assert "makes the weights longer" in found.about


def test_where_nothing_is_made_of_zeros_it_is_told() -> None:
    found = prune(priced(platform="tpu-v1-like"), 0.5, silent)
    assert [step.saves_macs for step in found.steps] == [0.0] * 5
    assert "neither codes nor skips zero weights" in found.about


def test_a_device_gives_the_order_alone(tmp_path: Path) -> None:
    result = price(read(chain(5)), platform_for(MADE_UP, Options()), Options())
    found = prune(result, 0.5, silent).as_json()
    assert len(found["steps"]) == 5
    for step in found["steps"]:
        assert step["share"] is not None
        for name in ("energy_j", "energy_macs", "saves_j", "saves_macs"):
            assert step[name] is None
    assert "zero weights save nothing there" in found["about"]
    assert found["before"]["energy_j"] == result.energy_j


def test_a_device_of_unknown_power_is_ordered_by_time() -> None:
    file = edited({"rated_power_w": None}, MADE_UP)
    result = price(read(chain(5)), platform_for(file, Options()), Options())
    assert result.energy_j is None
    found = prune(result, 0.5, silent)
    assert "in the order of their time" in found.about
    assert found.steps[0].share is not None


def test_layers_that_share_their_weights_are_pruned_together() -> None:
    from onnx import helper

    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["a"], "first"),
        helper.make_node("MatMul", ["a", "v"], ["b"], "between"),
        helper.make_node("MatMul", ["b", "w"], ["y"], "again"),
    ]
    data = serialised(nodes, {"x": (1, 8)}, {"y": (1, 8)}, [weights("w", 8, 8), weights("v", 8, 8)])
    result = price(read(data), load_platform("eyeriss"), Options())
    found = prune(result, 0.5, silent)
    assert [(step.layer, step.also) for step in found.steps] == [
        ("first", ("again",)),
        ("between", ()),
    ]
    both = Density("s", {name: Zeros(weight=0.5) for name in ("first", "again")})
    after = price(read(data), load_platform("eyeriss"), Options(density=both))
    assert found.steps[0].energy_macs == after.energy_macs
    assert found.as_json()["steps"][0]["also"] == ["again"]


def test_only_the_pruned_layer_is_priced_again(tmp_path: Path) -> None:
    path = tmp_path / "deep.onnx"
    path.write_bytes(chain(320))
    on = Watched(load_platform("tpu-v1-like"))
    known = setting(path, on)
    result = price(known.model, known.platform, known.options)
    on.asked.clear()
    found = prune(result, 0.5, silent)
    assert len(found.steps) == 320
    assert [layer.name for layer in on.asked] == [step.layer for step in found.steps]


@pytest.mark.parametrize("keep", [-0.1, 1.1, math.nan])
def test_a_share_that_is_none(keep: float) -> None:
    with pytest.raises(JoulegraphError) as caught:
        prune(priced(2), keep, silent)
    assert caught.value.code == "keep-invalid"


def test_a_model_without_weights() -> None:
    from onnx import helper

    data = serialised(
        [helper.make_node("Relu", ["x"], ["y"], "relu")], {"x": (1, 8)}, {"y": (1, 8)}
    )
    result = price(read(data), load_platform("eyeriss"), Options())
    with pytest.raises(JoulegraphError) as caught:
        prune(result, 0.5, silent)
    assert caught.value.code == "nothing-to-prune"


def test_the_batch_norm_of_a_convolution_stays(tmp_path: Path) -> None:
    """Only layers that multiply with weights are pruned: the pool has no step."""
    result = price(
        read(conv_net()), platform_for(read_platform_file("eyeriss"), Options()), Options()
    )
    assert {step.layer for step in prune(result, 0.5, silent).steps} == {"conv1", "fc1"}
