"""What candidates of a population cost is what ``price`` says of each."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from py.breakdown import Options, Result, platform_for, price
from py.breakdown.layer_choices import Exit
from py.errors import JoulegraphError
from py.layers import Bits, Choices, Density, Layer, Zeros
from py.platforms import Platform
from py.platforms.accelerator.choice import LayerQuestion
from py.platforms.accelerator.engine import Accelerator
from py.platforms.load import load_platform, platform_from_json, read_platform_file
from py.platforms.measured.engine import Measured
from py.sweep.answers import Answers, AnswerStore
from py.sweep.population.costs import Costs, Pricer
from py.sweep.population.distinct import Distinct, priced
from py.sweep.population.layers import add, concat, conv, dense, global_pool, matmul, norm, pool
from py.sweep.population.network import Network
from py.sweep.population.population import Population, Vocabulary
from py.sweep.work.pool import inline, processes

WITH_ENERGY_ENDS = [
    conv((1, 3, 8, 8), 4, 3, padding=1, then=("BatchNormalization", "Relu")),
    conv((1, 4, 8, 8), 4, 3, padding=1),
    conv((1, 4, 8, 8), 8, 1, stride=2, bias=True),
    pool((1, 4, 8, 8), 2, stride=2),
    global_pool((1, 8, 4, 4), then=("Flatten",)),
    dense((1, 8), 10),
    concat((1, 4, 8, 8), (1, 4, 8, 8)),
]
"""Kinds of which one profile knows the ends of the energy too."""
LAYERS = [
    *WITH_ENERGY_ENDS,
    add((1, 4, 8, 8), (1, 4, 8, 8), then=("Relu",)),
    norm((1, 6, 10), "Softmax"),
    norm((1, 10, 6), "Softmax"),
    matmul((1, 2, 5, 6), (1, 2, 6, 5)),
    replace(conv((1, 4, 8, 8), 4, 3, padding=1), runs=3),
    replace(dense((1, 8), 10), runs=0.25),
    conv((1, 4, 8, 8), 4, 3, padding=1).with_zeros(Zeros(ifmap=0.5, weight=0.1)),
    # What no platform can price: a size that nobody knows, and a window that nobody knows.
    replace(dense((1, 8), 10), ifmap_elements=None, macs=None, loops=None),
    replace(pool((1, 4, 8, 8), 2), window=None),
]
NETWORKS = st.lists(
    st.lists(st.tuples(st.sampled_from(LAYERS), st.integers(1, 3)), max_size=8),
    min_size=1,
    max_size=5,
)


def correlated() -> Platform:
    platform = load_platform("cpu-raptorlake")
    assert isinstance(platform, Measured)
    return replace(platform, profile=replace(platform.profile, correlation=0.4))


PLATFORMS: dict[str, Callable[[], Platform]] = {
    "eyeriss": lambda: load_platform("eyeriss"),
    "measured": lambda: load_platform("cpu-raptorlake"),
    "correlated": correlated,
    "rated power": lambda: load_platform("a100-pcie-40gb-pytorch"),
    "datasheet": lambda: load_platform("rtx-3090"),
}


@pytest.fixture(scope="module", params=PLATFORMS)
def pricer(request: pytest.FixtureRequest) -> Pricer:
    return Pricer(PLATFORMS[request.param]())


def known(value: float | None) -> float:
    return math.nan if value is None else value


def check(costs: Costs, place: int, result: Result, most_ulps: int = 1) -> None:
    """Compare a candidate with the result of pricing it alone."""
    ends = {} if result.interval is None else result.interval.ranges
    nowhere = (math.nan, math.nan)
    energy, time = ends.get("energy_j", nowhere), ends.get("time_s", nowhere)
    expected = {
        "energy_j": known(result.energy_j),
        "energy_low_j": energy[0],
        "energy_high_j": energy[1],
        "time_s": known(result.time_s),
        "time_low_s": time[0],
        "time_high_s": time[1],
        "energy_macs": known(result.energy_macs),
        "macs": known(result.model.macs),
        "parameters": known(result.model.parameters),
        "covered_share": known(result.macs_share()),
        "power_w": known(result.power_w),
    }
    for name, value in expected.items():
        found = float(getattr(costs, name)[place])
        both_unknown = math.isnan(found) and math.isnan(value)
        assert both_unknown or abs(found - value) <= most_ulps * math.ulp(value), name
    if result.interval is not None:
        assert costs.rule == result.interval.rule


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
@given(given=NETWORKS)
def test_costs_are_those_of_price(pricer: Pricer, given: list[list[tuple[Layer, int]]]) -> None:
    networks = [Network(tuple(layers)) for layers in given]
    costs = pricer.costs(Population(networks))
    assert len(costs) == len(networks)
    for place, network in enumerate(networks):
        check(costs, place, price(network.model(), pricer.platform, Options()))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(WITH_ENERGY_ENDS), min_size=1, max_size=12))
def test_ends_of_the_energy(layers: list[Layer]) -> None:
    network = Network.of(layers)
    for name in ("measured", "correlated"):
        platform = PLATFORMS[name]()
        result = price(network.model(), platform, Options())
        costs = Pricer(platform).costs(Population([network]))
        check(costs, 0, result)
        timed = any(layer.kind != "movement" for layer in layers)
        assert math.isnan(costs.energy_high_j[0]) == (not timed)


def test_options_of_the_platform_and_widths_hold_for_all() -> None:
    options = Options(bits=Bits(8, 8), clock_hz=1e8, array=(8, 8), objective="delay")
    pricer = Pricer("eyeriss", options)
    platform = platform_for(read_platform_file("eyeriss"), options)
    network = Network.of(WITH_ENERGY_ENDS)
    costs = pricer.costs(Population([network]))
    check(costs, 0, price(network.model(), platform, options))
    plain = Pricer("eyeriss").costs(Population([network]))
    assert costs.energy_macs[0] < plain.energy_macs[0]


@pytest.mark.parametrize(
    "options",
    [
        Options(choices=Choices(batch=2)),
        Options(choices=Choices(dims={"n": 2})),
        Options(density=Density("said", {})),
        Options(layer_bits={"a": Bits(4)}),
        Options(layer_zeros={"a": Zeros(0.5)}),
        Options(active={"a": 0.5}),
        Options(exits=(Exit("a", 0.5),)),
        Options(fuse=True),
        Options(train="sgd"),
    ],
)
def test_what_needs_names_or_a_graph_is_refused(options: Options) -> None:
    with pytest.raises(JoulegraphError) as error:
        Pricer("eyeriss", options)
    assert error.value.code == "population-options"


def test_an_unknown_platform_is_refused() -> None:
    with pytest.raises(JoulegraphError) as error:
        Pricer("no-such-platform")
    assert error.value.code == "platform-unknown"


def tiny() -> Accelerator:
    """An accelerator on which nothing with MACs fits."""
    data = read_platform_file("eyeriss")
    data["levels"][2]["capacity"]["value"]["ifmap"] = 1
    platform = platform_from_json(data)
    assert isinstance(platform, Accelerator)
    return platform


def test_a_layer_without_room_is_left_out_and_named() -> None:
    platform = tiny()
    network = Network.of([WITH_ENERGY_ENDS[0], WITH_ENERGY_ENDS[3]])
    nothing = Network.of([WITH_ENERGY_ENDS[0]])
    costs = Pricer(platform).costs(Population([network, nothing]))
    for place, own in enumerate((network, nothing)):
        result = price(own.model(), platform, Options())
        check(costs, place, result)
        assert {reason for _, reason in costs.unpriced} == {
            entry.reason for entry in result.not_modelled
        }
    assert costs.covered_share.tolist() == [0.0, 0.0]
    assert not math.isnan(costs.energy_macs[0])
    assert math.isnan(costs.energy_macs[1])  # of nothing the sum is unknown, not 0
    assert [layer for layer, _ in costs.unpriced] == [WITH_ENERGY_ENDS[0]]


def test_a_population_without_candidates() -> None:
    costs = Pricer("eyeriss").costs(Population())
    assert len(costs) == 0
    assert costs.energy_macs.shape == (0,)


class Counting:
    """Answers that count what they are asked."""

    def __init__(self) -> None:
        self.answers = Answers(AnswerStore(None))
        self.asked: list[LayerQuestion] = []
        self.kept: list[LayerQuestion] = []

    def known(
        self, platform: Accelerator, questions: Iterable[LayerQuestion], /
    ) -> dict[LayerQuestion, object]:
        questions = list(questions)
        self.asked += questions
        return dict(self.answers.known(platform, questions))

    def keep(self, platform: Accelerator, answers: dict[LayerQuestion, object], /) -> None:
        self.kept += answers
        self.answers.keep(platform, answers)  # type: ignore[arg-type]


def test_a_distinct_layer_is_searched_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Counting()
    population = Population([Network.of(WITH_ENERGY_ENDS), Network.of(WITH_ENERGY_ENDS * 3)])
    pricer = Pricer("eyeriss", answers=kept)  # type: ignore[arg-type]
    first = pricer.costs(population)
    assert len(kept.asked) == len(set(kept.asked)) == len(kept.kept) == 4
    pricer.costs(population)
    assert len(kept.asked) == 4  # a pricer remembers

    def never(_platform: Accelerator, _question: LayerQuestion) -> None:
        raise AssertionError("what is kept is not searched for")

    monkeypatch.setattr(Accelerator, "choice_of", never)
    again = Pricer("eyeriss", answers=kept).costs(population)  # type: ignore[arg-type]
    assert np.array_equal(first.energy_macs, again.energy_macs)
    assert np.array_equal(first.time_s, again.time_s)


def test_refusals_are_kept_too(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Counting()
    population = Population([Network.of(WITH_ENERGY_ENDS)])
    first = Pricer(tiny(), answers=kept).costs(population)  # type: ignore[arg-type]
    monkeypatch.setattr(Accelerator, "choice_of", None)
    again = Pricer(tiny(), answers=kept).costs(population)  # type: ignore[arg-type]
    assert first.unpriced == again.unpriced != ()


@pytest.mark.parametrize("make", [inline, lambda: processes(2)], ids=["inline", "processes"])
def test_workers_search_as_this_process_does(make: Callable[[], object]) -> None:
    population = Population([Network.of(WITH_ENERGY_ENDS)])
    alone = Pricer("eyeriss").costs(population)
    with make() as workers:  # type: ignore[attr-defined]
        shared = Pricer("eyeriss", workers=workers).costs(population)
        refused = Pricer(tiny(), workers=workers).costs(population)
    for name in ("energy_j", "energy_macs", "time_s", "macs"):
        assert np.array_equal(getattr(alone, name), getattr(shared, name))
    assert refused.unpriced == Pricer(tiny()).costs(population).unpriced != ()


def test_a_stream_has_the_same_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("py.sweep.population.costs._ROUND", 3)
    networks = [Network.of(LAYERS[: 1 + place % 7]) for place in range(10)]
    pricer = Pricer("rtx-3090")
    parts = list(pricer.stream(iter(networks)))
    assert [len(part) for part in parts] == [3, 3, 3, 1]
    whole = pricer.costs(Population(networks))
    assert np.array_equal(np.concatenate([part.energy_j for part in parts]), whole.energy_j)


def test_layers_of_a_model_are_priced_without_their_names() -> None:
    platform = load_platform("eyeriss")
    named = [replace(layer, name=f"l{place}") for place, layer in enumerate(WITH_ENERGY_ENDS)]
    assert priced(named, platform, Options()) == priced(WITH_ENERGY_ENDS, platform, Options())


def test_the_order_of_layers_does_not_matter() -> None:
    pricer = Pricer("eyeriss")
    population = Population([Network.of(LAYERS), Network.of(LAYERS[::-1])])
    forward, backward = pricer.costs(population).energy_macs
    assert forward == backward


def test_generations_over_one_vocabulary_price_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    platform = load_platform("eyeriss")
    seen: list[int] = []

    def counted(layers: Iterable[Layer], *more: object) -> list[Distinct]:
        found = list(layers)
        seen.append(len(found))
        return priced(found, *more)  # type: ignore[arg-type]

    monkeypatch.setattr("py.sweep.population.costs.priced", counted)
    pricer, vocabulary = Pricer(platform), Vocabulary()
    for upto in (2, 2, 4, 7):
        networks = [Network.of(WITH_ENERGY_ENDS[:upto])]
        costs = pricer.costs(Population(networks, vocabulary))
        check(costs, 0, price(networks[0].model(), platform, Options()))
    pricer.costs(Population([Network.of(WITH_ENERGY_ENDS)]))  # another vocabulary, nothing new
    assert seen == [2, 2, 3, 0]


def test_a_population_that_grows_is_priced_anew() -> None:
    pricer, population = Pricer("rtx-3090"), Population([Network.of(LAYERS[:3])])
    first = pricer.costs(population)
    population.append(Network.of(LAYERS[:9]))
    both = pricer.costs(population)
    assert both.energy_j[0] == first.energy_j[0]
    check(both, 1, price(population.network(1).model(), pricer.platform, Options()))
