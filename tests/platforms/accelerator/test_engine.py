"""Layers on Eyeriss: what is cut to fit, what only moves, what is refused."""

from dataclasses import replace

import pytest

from py.errors import JoulegraphError
from py.layers import Layer, LoopNest, Model
from py.layers.training import training_model
from py.platforms import CountedEstimate, load_platform
from py.platforms.accelerator.mapper.worth import OBJECTIVES
from py.platforms.accelerator.problem import problem_notes
from py.platforms.load import platform_from_json, read_platform_file

EYERISS = load_platform("eyeriss")


def layer(loops: LoopNest | None, **more: object) -> Layer:
    base = Layer(
        name="layer",
        kind="conv" if loops else "pool",
        op_types=("Conv",),
        nodes=(0,),
        macs=loops.macs if loops else 0,
        ops=0,
        parameters=0,
        ifmap_elements=loops.ifmap_elements if loops else 1000,
        weight_elements=loops.weight_elements if loops else 0,
        ofmap_elements=loops.ofmap_elements if loops else 250,
        loops=loops,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def estimate(loops: LoopNest | None, **more: object) -> CountedEstimate:
    found = EYERISS.estimate(layer(loops, **more))
    assert isinstance(found, CountedEstimate)
    return found


def macs_of(found: CountedEstimate) -> dict[str, dict[str, float]]:
    """Return {tensor: {level: MAC energies}}."""
    cells: dict[str, dict[str, float]] = {}
    for term in found.terms:
        levels = cells.setdefault(term.tensor, {})
        levels[term.level] = levels.get(term.level, 0.0) + term.energy
    return cells


def test_a_layer_that_only_moves_costs_its_words() -> None:
    parts = macs_of(estimate(None))
    assert parts["ifmap"] == {"dram": 200_000, "global_buffer": 12_000, "array": 2000}
    assert parts["ofmap"] == {"dram": 50_000, "global_buffer": 3000, "array": 500}
    assert "computation" not in parts


def test_a_view_moves_nothing_and_says_so() -> None:
    found = estimate(None, in_place=True)
    assert found.energy_macs == 0
    assert all("in place" in term.why for term in found.terms)


def test_unknown_sizes_get_no_estimate() -> None:
    assert EYERISS.estimate(layer(None, ifmap_elements=None)) is None
    loops = LoopNest(n=1, g=1, m=1, c=1, p=1, q=1, r=1, s=1, h=1, w=1)
    assert EYERISS.estimate(layer(loops, macs=None)) is None


@pytest.mark.parametrize(
    "loops",
    [
        LoopNest(n=1, g=1, m=8, c=3, p=4, q=4, r=31, s=31, h=34, w=34),  # filters too high and wide
        LoopNest(n=1, g=1, m=4, c=2, p=1, q=100_000, r=1, s=3, h=1, w=100_002),  # too wide a map
        LoopNest(n=1, g=32, m=1, c=1, p=8, q=8, r=3, s=3, h=10, w=10),  # depthwise
        LoopNest(n=64, g=1, m=4096, c=4096, p=1, q=1, r=1, s=1, h=1, w=1),  # fully connected
        LoopNest(
            n=1, g=1, m=2, c=2, p=9, q=9, r=3, s=3, h=19, w=19, stride=(2, 2), dilation=(2, 2)
        ),
    ],
)
def test_whatever_the_sizes_macs_are_exact_and_terms_add_up(loops: LoopNest) -> None:
    found = estimate(loops)
    computation = [term for term in found.terms if term.tensor == "computation"]
    assert [term.accesses for term in computation] == [loops.macs]
    assert found.time_s is not None
    assert found.energy_macs > loops.macs
    assert found.mapping is not None
    assert found.mapping["active_pes"] <= found.mapping["pes"] == 168


def test_cutting_is_told() -> None:
    wide = LoopNest(n=1, g=1, m=4, c=2, p=1, q=60_000, r=1, s=3, h=1, w=60_002)
    assert [note.code for note in estimate(wide).notes] == ["cut"]


def test_that_not_all_tiles_were_looked_at_is_told() -> None:
    wide = LoopNest(n=1, g=1, m=4, c=2, p=1, q=100_000, r=1, s=3, h=1, w=100_002)
    assert [note.code for note in estimate(wide).notes] == ["cut", "steps"]


def test_a_layer_without_room_is_refused() -> None:
    data = read_platform_file("eyeriss")
    data["levels"][2]["capacity"]["value"]["ifmap"] = 1
    tiny = platform_from_json(data)
    with pytest.raises(JoulegraphError) as caught:
        tiny.estimate(layer(LoopNest(n=1, g=1, m=1, c=1, p=1, q=1, r=1, s=1, h=1, w=1)))
    assert caught.value.code == "does-not-fit"


def test_huge_bounds_end() -> None:
    most = 1 << 30
    estimate(LoopNest(n=most, g=1, m=most, c=most, p=1, q=1, r=1, s=1, h=1, w=1))
    estimate(LoopNest(n=1, g=1, m=3, c=3, p=most, q=7, r=3, s=3, h=most + 2, w=9))


def test_a_transposed_convolution_says_how_it_is_counted() -> None:
    loops = LoopNest(n=1, g=1, m=16, c=8, p=7, q=7, r=2, s=2, h=7, w=7)
    found = EYERISS.estimate(layer(loops, op_types=("ConvTranspose",), ofmap_elements=4 * 15 * 15))
    assert found is not None
    (note,) = found.notes
    assert note.code == "transposed"
    assert "784 results" in note.text
    assert "900 outputs" in note.text


def test_weights_of_a_layer_without_macs_pass_the_buffer_too() -> None:
    parts = macs_of(estimate(None, weight_elements=100))
    assert parts["weight"] == {"dram": 20_000, "global_buffer": 1200, "array": 200}


def test_a_layer_without_macs_takes_as_long_as_its_words() -> None:
    found = estimate(None)
    assert found.time_s == pytest.approx(1250 * 16 / 19.2 / 200e6)
    assert found.mapping is None


def test_every_word_is_accounted_for_at_every_level() -> None:
    """What a level is filled with, the one outside was read for, where no word is shared."""
    loops = LoopNest(n=2, g=1, m=40, c=24, p=1, q=1, r=1, s=1, h=1, w=1)
    terms = {
        (term.tensor, term.level, term.why.split(":")[0]): term for term in estimate(loops).terms
    }
    assert (
        terms["weight", "dram", "read"].accesses
        == terms["weight", "global_buffer", "written on its way in"].accesses
        == terms["weight", "global_buffer", "read on its way in"].accesses
    )
    filled = terms["ifmap", "global_buffer", "filled from outside"]
    assert filled.accesses == terms["ifmap", "dram", "read"].accesses
    assert terms["ofmap", "dram", "written back"].accesses == loops.ofmap_elements


def test_the_objective_decides_on_the_mapping() -> None:
    """AlexNet's conv2 on Eyeriss: 43 % less time for 10 % more energy, or nearly so for 1 %."""
    loops = LoopNest(n=1, g=2, m=128, c=48, p=27, q=27, r=5, s=5, h=31, w=31)
    data = read_platform_file("eyeriss")
    taken = {}
    for objective in OBJECTIVES:
        found = platform_from_json(data, objective=objective).estimate(layer(loops))
        assert isinstance(found, CountedEstimate)
        assert found.mapping is not None
        assert found.mapping["gap"] == 0
        taken[objective] = (found.energy_macs, found.mapping["delay"]["cycles"])
    energies = {objective: energy for objective, (energy, _) in taken.items()}
    delays = {objective: delay for objective, (_, delay) in taken.items()}
    assert min(energies, key=energies.__getitem__) == "energy"
    assert delays["delay"] == 1632960 < delays["energy_delay"] < delays["energy"]
    products = {objective: energy * delay for objective, (energy, delay) in taken.items()}
    assert products["energy_delay"] < min(products["energy"], products["delay"])


def test_an_unknown_objective_is_refused() -> None:
    with pytest.raises(JoulegraphError, match="got 'beauty'") as refused:
        platform_from_json(read_platform_file("eyeriss"), objective="beauty")
    assert refused.value.code == "objective-unknown"


def test_what_is_not_proven_is_said() -> None:
    """Without constraints the proof for such a layer takes more than the effort allowed."""
    loops = LoopNest(n=1, g=1, m=64, c=64, p=56, q=56, r=3, s=3, h=58, w=58)
    data = read_platform_file("eyeriss")
    found = platform_from_json(data, "any").estimate(layer(loops))
    assert found is not None
    assert found.mapping is not None
    assert 0 < found.mapping["gap"] < 1
    assert [note.code for note in found.notes] == ["gap"]
    assert "may cost up to" in found.notes[0].text


def test_a_gradient_whose_sizes_no_nest_has_says_what_is_counted() -> None:
    """LeNet's 5 x 5 convolution without padding: the gradient is as large as the 14 x 14 ifmap."""
    forward = LoopNest(n=1, g=1, m=16, c=6, p=10, q=10, r=5, s=5, h=14, w=14)
    kept = LoopNest(n=1, g=1, m=16, c=6, p=14, q=14, r=5, s=5, h=14, w=14, padding=(2, 2, 2, 2))
    for loops, codes in ((forward, ["gradient"]), (kept, [])):
        own = layer(loops, parameters=loops.weight_elements)
        model = Model("m", "table", 1, (replace(own, name="first"), own))
        found = {part.name: part for part in training_model(model, "sgd").layers}
        gradient = found["layer / input gradient"]
        assert gradient.loops is not None
        assert [note.code for note in problem_notes(gradient, gradient.loops)] == codes
