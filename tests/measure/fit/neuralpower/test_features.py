"""The features are those of the paper and no others, and the engine's own."""

import math

import pytest

from py.errors import JoulegraphError
from py.measure.fit.neuralpower.features import FEATURES, SPECIAL, columns, offered
from py.platforms.measured.features import FEATURES as ENGINE
from py.platforms.measured.features import features_of
from tests.measure.fit.neuralpower.made import made


def test_every_name_is_one_of_the_engine() -> None:
    named = {name for names in (*FEATURES.values(), *SPECIAL.values()) for name in names}
    assert named <= set(ENGINE)


@pytest.mark.parametrize(("op", "kind"), [("conv", "conv"), ("fc", "dense"), ("pool", "pool")])
def test_columns_are_the_features_of_each_workload(op: str, kind: str) -> None:
    works = made(op, 5)
    found = columns(works, kind, logarithms=True)
    assert set(found) == {*offered(kind, logarithms=True), *SPECIAL[kind]}
    for place, work in enumerate(works):
        values = features_of(work)
        for name in (*FEATURES[kind], *SPECIAL[kind]):
            assert found[name][place] == values[name]
        assert found["log(batch)"][place] == math.log(values["batch"])


def test_power_has_the_logarithms_of_all_that_has_one() -> None:
    names = offered("conv", logarithms=True)
    assert len(names) == 2 * len(FEATURES["conv"]) - 1
    assert "log(pad)" not in names
    assert not any(name.startswith("log") for name in offered("conv", logarithms=False))


def test_kinds_that_the_paper_has_not_are_refused() -> None:
    with pytest.raises(JoulegraphError) as caught:
        offered("softmax", logarithms=False)
    assert caught.value.code == "form-not-for-kind"
    assert "got 'softmax'" in caught.value.message
