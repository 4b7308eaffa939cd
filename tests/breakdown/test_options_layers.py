"""Options of single layers: widths, zeros, active shares and exits, priced and in links."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from py.breakdown import (
    Options,
    Result,
    changes,
    decode_link,
    encode_link,
    open_state,
    platform_for,
    price,
    state_of,
)
from py.breakdown.chosen_layers import reached, shares_of, with_choices
from py.breakdown.layer_choices import Exit, exits_of
from py.errors import JoulegraphError
from py.layers import Bits, Density, Layer, Model, Zeros
from py.layers.loops import dense_loops
from py.layers.training.learning import learnings
from py.platforms import load_platform
from py.platforms.accelerator import best as best_room
from py.platforms.accelerator.mapper.objectives import best_for
from py.platforms.load import read_platform_file
from tests.breakdown.test_timed import sample
from tests.models import conv_net, read
from tests.platforms.datasheet.made_up import MADE_UP
from tests.test_schemas import schema

FILE = read_platform_file("eyeriss")
EYERISS = load_platform("eyeriss")
MODEL = read(conv_net())
NAMES = [layer.name for layer in MODEL.layers]
DENSITY = Density("made up", {"conv1": Zeros(ifmap=0.25, weight=0.5)})


def priced(options: Options, model: Model = MODEL, file: Mapping[str, Any] = FILE) -> Result:
    return price(model, platform_for(dict(file), options), options)


def by_name(result: Result) -> dict[str, Layer]:
    return {row.layer.name: row.layer for row in result.rows}


def codes(result: Result) -> list[str]:
    return [note.code for note in result.notes]


def again(result: Result, options: Options | None = None, file: Any = FILE) -> Result:
    """Return what a link of a result gives, opened with other options or none."""
    state = decode_link(encode_link(state_of(result)))
    model, opened = open_state(state, options or Options())
    found = price(model, platform_for(file, opened), opened)
    if options is None:
        assert changes(state, state_of(found)) == ()
    return found


def test_widths_of_a_layer_go_before_those_of_all() -> None:
    options = Options(bits=Bits(8, 8), layer_bits={"conv1": Bits(4, None)})
    found = priced(options)
    assert by_name(found)["conv1"].bits == Bits(4, 8)
    assert by_name(found)["fc1"].bits == Bits(8, 8)
    assert "layer-bits" in codes(found)
    alone = priced(Options(bits=Bits(4, 8)))
    assert found.rows[0].estimate == alone.rows[0].estimate
    assert found.rows[-1].estimate == priced(Options(bits=Bits(8, 8))).rows[-1].estimate


def test_zeros_of_a_layer_go_before_the_density_tensor_by_tensor() -> None:
    options = Options(density=DENSITY, layer_zeros={"conv1": Zeros(weight=0.9)})
    assert by_name(priced(options))["conv1"].zeros == Zeros(ifmap=0.25, weight=0.9)
    note = next(note for note in priced(options).notes if note.code == "layer-zeros")
    assert "(conv1) go before all others" in note.text
    device = replace(options, density=None)
    text = next(n.text for n in priced(device, file=MADE_UP).notes if n.code == "layer-zeros")
    assert text.endswith("chosen for 1 layer (conv1) change nothing.")


def test_names_of_no_layer_are_told_like_those_of_a_density() -> None:
    options = Options(
        layer_bits={"conv2": Bits(4)},
        layer_zeros={"nothing": Zeros(weight=0.5)},
        active={"conv2": 0.5},
        exits=(Exit("absent", 0.5),),
    )
    found = priced(options)
    said = {note.code: note.text for note in found.notes if note.code.endswith("-unused")}
    assert list(said) == ["bits-unused", "zeros-unused", "active-unused", "exits-unused"]
    assert said["bits-unused"].startswith("Widths are given for 1 layer (conv2) that the model")
    assert "like conv2 is conv1" in said["bits-unused"]
    plain = priced(Options())
    assert found.rows == plain.rows
    assert found.expected is None
    assert found.totals() == plain.totals()


def test_all_of_a_name_are_meant() -> None:
    model = replace(MODEL, layers=(*MODEL.layers, *MODEL.layers))
    options = Options(active={"conv1": 0.5}, exits=(Exit("conv1", 0.5),))
    _, left = with_choices(model.layers, options)
    assert shares_of(model.layers, options) == [0.5, 1, 1, 0.5, 0.5, 0.5]
    assert [row.layer.runs for row in priced(options, model).rows] == [0.5, 1, 1, 0.5, 0.5, 0.5]
    assert not left.active
    assert not left.exits


def test_what_always_runs_is_as_without() -> None:
    plain = priced(Options(density=DENSITY))
    for options in (
        Options(density=DENSITY, active=dict.fromkeys(NAMES, 1.0)),
        Options(density=DENSITY, exits=tuple(Exit(name, 0.0) for name in NAMES)),
        Options(density=DENSITY, exits=(Exit(NAMES[-1], 1.0),)),
        Options(density=DENSITY, layer_bits={"conv1": Bits()}, layer_zeros={"conv1": Zeros()}),
    ):
        found = priced(options)
        assert found.rows == plain.rows
        assert found.totals() == plain.totals()
        assert found.expected is None


@pytest.mark.parametrize("platform", ["eyeriss", "cpu-raptorlake", "a10"])
@pytest.mark.parametrize("train", [None, "sgd"])
@pytest.mark.parametrize("share", [0.5, 0.25, 0.1])
def test_a_share_of_sequences_costs_that_share_of_a_whole_one(
    platform: str, train: str | None, share: float
) -> None:
    """Ten steps in half of the inferences are no sequences of five steps."""
    loops = dense_loops(1, 256, 1024)
    lstm = Layer(
        *("lstm", "recurrent", ("LSTM",), (0,)),
        macs=loops.macs,
        ops=5000,
        parameters=loops.weight_elements,
        ifmap_elements=512,
        weight_elements=loops.weight_elements,
        ofmap_elements=256,
        loops=loops,
        runs=10,
    )
    model = replace(MODEL, layers=(lstm,))
    file = read_platform_file(platform)
    whole = priced(Options(train=train), model, file)
    part = priced(Options(train=train, active={"lstm": share}), model, file)
    assert part.expected is not None
    assert part.expected.time_s == pytest.approx(whole.time_s)
    assert part.expected.energy_j == pytest.approx(whole.energy_j)
    for own, before in zip(part.rows, whole.rows, strict=True):
        runs = 1.0 if own.layer.phase == "update" else share  # once a step, whoever came so far
        name = whole.basis.name
        assert getattr(own.estimate, name) == pytest.approx(runs * getattr(before.estimate, name))


SHARES = st.floats(0, 1) | st.sampled_from([0.0, 1.0, 0.1, 0.3])


@st.composite
def exits(draw: st.DrawFn) -> tuple[Exit, ...]:
    places = draw(st.lists(st.sampled_from(NAMES), max_size=4))
    left = 1.0
    found = []
    for name in places:
        share = draw(SHARES) * left
        left = max(0.0, left - share)
        found.append(Exit(name, share))
    return tuple(found)


def walked(result: Result, leave: tuple[Exit, ...], active: Mapping[str, float]) -> float:
    """Return the expected energy the slow way: each course an inference can take, by its odds.

    Every layer on the way runs or does not, by its own odds; those after the exit do not.
    """
    costs = [row.counted.energy_macs for row in result.rows]
    names = [row.layer.name for row in result.rows]
    ends = [(own.after, own.leave) for own in leave]
    ends.append((names[-1], 1.0 - math.fsum(own.leave for own in leave)))
    parts = []
    for after, odds in ends:
        prefix = names.index(after) + 1
        for runs in product((True, False), repeat=prefix):
            chances = [
                active.get(name, 1.0) if own else 1.0 - active.get(name, 1.0)
                for name, own in zip(names, runs, strict=False)
            ]
            cost = math.fsum(own for own, ran in zip(costs, runs, strict=False) if ran)
            parts.append(odds * math.prod(chances) * cost)
    return math.fsum(parts)


@given(exits(), st.dictionaries(st.sampled_from(NAMES), SHARES, max_size=3))
@settings(max_examples=60, deadline=None)
def test_the_expected_energy_is_that_of_all_courses_by_their_odds(
    leave: tuple[Exit, ...], active: dict[str, float]
) -> None:
    plain = priced(Options())
    found = priced(Options(exits=leave, active=active))
    assert found.energy_macs is not None
    assert found.energy_macs == pytest.approx(walked(plain, leave, active), rel=1e-9, abs=1e-6)
    if found.expected is not None:
        told = found.as_json()["expected"]
        assert told["every"]["energy_macs"] == plain.energy_macs
        assert plain.energy_macs is not None
        assert told["saves"]["energy_macs"] == plain.energy_macs - found.energy_macs
        assert told["to_end"] == pytest.approx(1 - math.fsum(own.leave for own in leave))


def test_a_layer_is_reached_by_those_that_have_not_left_before_it() -> None:
    leave = (Exit("fc1", 0.2), Exit("conv1", 0.3), Exit("conv1", 0.1), Exit("nowhere", 0.4))
    assert reached(MODEL.layers, leave) == [1.0, 0.6, 0.6]
    assert exits_of([own.as_json() for own in leave]) == leave


def test_a_result_says_what_is_expected() -> None:
    options = Options(exits=(Exit("pool1", 0.3),), active={"pool1": 0.5})
    found = priced(options)
    document = json.loads(json.dumps(found.as_json()))
    jsonschema.validate(document, schema("result"))
    assert document["expected"]["to_end"] == 0.7
    assert document["expected"]["exits"] == [{"after": "pool1", "leave": 0.3, "reach": 1.0}]
    note = next(note for note in found.notes if note.code == "expected")
    assert "of all inferences 30 % leave after pool1; 70 % run to the end" in note.text
    assert "1 layer (pool1) runs in a part" in note.text
    assert "in the network's order" in note.text
    assert "What decides at an exit counts where the file has it" in note.text
    macs = [layer["macs"] for layer in document["layers"]]
    assert document["totals"]["macs"] == sum(macs)
    assert macs[-1] == round(0.7 * (MODEL.layers[-1].macs or 0))
    at_four = priced(options, read(conv_net("n"), choices=replace(Options().choices, batch=4)))
    note = next(note for note in at_four.notes if note.code == "expected")
    assert note.text.endswith("Weights are taken to be fetched in the same share.")


def test_a_device_has_expected_time_and_energy() -> None:
    options = Options(exits=(Exit("conv1", 0.5),))
    plain, found = priced(Options(), file=MADE_UP), priced(options, file=MADE_UP)
    times = [row.estimate.time_s or 0.0 for row in plain.rows]
    assert found.time_s == pytest.approx(times[0] + 0.5 * math.fsum(times[1:]))
    assert found.expected is not None
    assert found.expected.time_s == plain.time_s


FEW = st.sampled_from([None, 0.0, 0.3])  # every other share is a search of its own
LAYER_OPTIONS = st.builds(
    Options,
    bits=st.none() | st.builds(Bits, st.sampled_from([4, 8]), st.just(8)),
    density=st.none() | st.just(DENSITY),
    layer_bits=st.none()
    | st.dictionaries(
        st.sampled_from([*NAMES, "none"]),
        st.builds(Bits, st.sampled_from([None, 2, 4]), st.sampled_from([None, 8])),
        max_size=2,
    ),
    layer_zeros=st.none()
    | st.dictionaries(
        st.sampled_from([*NAMES, "none"]),
        st.builds(Zeros, FEW, FEW, FEW),
        max_size=2,
    ),
    active=st.none() | st.dictionaries(st.sampled_from([*NAMES, "none"]), SHARES, max_size=2),
    exits=st.none() | exits(),
)


@given(LAYER_OPTIONS)
@settings(max_examples=40, deadline=None)
def test_a_link_gives_every_digit_again(options: Options) -> None:
    first = priced(options)
    jsonschema.validate(json.loads(json.dumps(first.as_json())), schema("result"))
    found = again(first)
    assert found.options == first.options
    assert found.totals() == first.totals()
    assert [row.estimate for row in found.rows] == [row.estimate for row in first.rows]
    assert set(found.notes) == set(first.notes)
    assert state_of(again(found)) == state_of(found)


@given(LAYER_OPTIONS)
@settings(max_examples=30, deadline=None)
def test_what_a_link_says_can_be_taken_back(options: Options) -> None:
    back = Options(bits=Bits(), layer_bits={}, layer_zeros={}, active={}, exits=())
    found = again(priced(options), back)
    plain = priced(Options(density=options.density))
    assert found.options == plain.options
    assert found.totals() == plain.totals()
    assert set(codes(found)) == set(codes(plain))


def test_only_the_layer_that_changes_is_mapped_again(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []

    def counting(question: Any, known: Any) -> Any:
        searched.append(question.problem.macs)
        return best_for(question, known)

    monkeypatch.setattr(best_room, "_found", type(best_room._found)())
    monkeypatch.setattr(best_room, "best_for", counting)
    priced(Options())
    assert len(searched) == 2
    for options in (
        Options(active={"conv1": 0.4}, exits=(Exit("pool1", 0.2),)),
        Options(layer_bits={"fc1": Bits(4, 4)}),
        Options(layer_zeros={"fc1": Zeros(weight=0.5)}),
    ):
        before = len(searched)
        priced(options)
        changed = options.layer_bits or options.layer_zeros
        assert searched[before:] == ([640] if changed else [])


@pytest.mark.parametrize("name", ["resnet18", "squeezenet1_1"])
def test_a_training_step_of_branches_is_the_same_from_its_link(name: str) -> None:
    """A link names no tensors: what paths part and meet in the network goes along with it."""
    model = sample(name)
    device = read_platform_file("v100-sxm2-16gb")
    options = Options(train="momentum", active={model.layers[3].name: 0.5})
    first = priced(options, model, device)
    assert any(own.added for own in learnings(model))
    found = again(first, file=device)
    assert found.totals() == first.totals()
    assert [row.estimate for row in found.rows] == [row.estimate for row in first.rows]
    assert [row.layer.phase for row in found.rows] == [row.layer.phase for row in first.rows]
    back = again(first, Options(train="", active={}), device)
    assert back.totals() == priced(Options(), model, device).totals()
    assert "learning" not in state_of(priced(Options(), model, device))["layers"]


@pytest.mark.parametrize("fact", [5, [1, 0], [2, 0, 0], [1, -1, 0], [1, 0, "x"], [True, 0, 0]])
def test_facts_for_training_that_are_none_are_refused(fact: object) -> None:
    state = json.loads(json.dumps(state_of(priced(Options(train="sgd")))))
    state["layers"]["learning"][1] = fact
    with pytest.raises(JoulegraphError) as caught:
        open_state(state, Options())
    assert caught.value.code == "link-invalid"


@pytest.mark.parametrize(
    "wrong",
    [{"train": "x"}, {"clock_hz": 0.5}, {"array": (0, 1)}, {"exits": (Exit("a", 1.0),) * 2}],
)
def test_options_refuse_nonsense(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="got"):
        Options(**wrong)
