"""Random numbers: none zero, parts not shared before all were handed out."""

import numpy as np
import pytest

from py.measure.runners.random_data import SCALE, RandomPool


def test_numbers_are_normal_and_not_zero() -> None:
    numbers = RandomPool(0).take((1 << 20,))
    assert numbers.dtype == np.float32
    assert numbers.std() == pytest.approx(SCALE, rel=0.01)
    assert abs(numbers.mean()) < SCALE / 100
    assert (numbers != 0).all()
    assert (np.abs(numbers) > 1.2e-38).all()


def test_tensors_in_use_share_no_memory_as_long_as_they_fit() -> None:
    pool = RandomPool(5_000_000)
    held = [pool.take((1000, 1000)) for _ in range(5)]
    for place, one in enumerate(held):
        for other in held[:place]:
            assert not np.shares_memory(one, other)
    assert np.shares_memory(held[0], pool.take((1000, 1000)))


def test_more_than_there_is_can_be_taken() -> None:
    found = RandomPool(0).take((3, 2_000_000))
    assert found.shape == (3, 2_000_000)
    assert (found != 0).all()
    assert found.std() == pytest.approx(SCALE, rel=0.01)


def test_a_seed_gives_the_same_numbers() -> None:
    one, other = (RandomPool(0, seed=3).take((100,)) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert not np.array_equal(one, RandomPool(0, seed=4).take((100,)))
