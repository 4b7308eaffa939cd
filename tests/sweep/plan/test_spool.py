"""Parts on disk: what comes out is what went in, in any order; nothing is left."""

import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.sweep.plan.reading import Part
from py.sweep.plan.spool import Spool

PARTS = st.builds(
    Part,
    st.binary(max_size=40),
    st.lists(st.integers(0, 99), max_size=4).map(tuple),
    st.just({}),
)


@given(st.lists(PARTS, max_size=8), st.randoms(use_true_random=False))
def test_parts_come_back_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, parts: list[Part], order: random.Random
) -> None:
    folder = tmp_path_factory.getbasetemp()
    with Spool(folder) as spool:
        for number, part in enumerate(parts):
            spool.add(part)
            assert spool.part(order.randint(0, number)) in parts  # reading between is no harm
        assert len(spool) == len(parts)
        assert spool.combinations == sum(len(part.places) for part in parts)
        places = order.sample(range(len(parts)), len(parts))
        assert [spool.part(place) for place in places] == [parts[place] for place in places]


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    with Spool(tmp_path) as spool:
        spool.add(Part(b"x", (0,), {}))
    assert os.listdir(tmp_path) == []


def test_a_folder_that_takes_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(JoulegraphError) as caught:
        Spool(tmp_path / "missing")
    assert caught.value.code == "unwritable"
