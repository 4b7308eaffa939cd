"""Tasks in this process."""

import pytest

from py.sweep.work.pool import inline
from py.sweep.work.shared import shared
from tests.sweep.work.tasks import not_shared, shared_numbers, square
from tests.sweep.work.ways import Counted, in_order


def test_one_argument_is_taken_for_one_result() -> None:
    numbers = Counted(10)
    with inline() as workers:
        for place, result in workers.each(square, numbers):
            assert result == place * place
            assert numbers.taken == place + 1


def test_two_sweeps_share_each_their_own() -> None:
    with inline() as one, inline() as other:
        one.share("numbers", [1, 2])
        other.share("numbers", [3, 4])
        assert in_order(one.each(shared_numbers, [0, 1])) == [1, 2]
        assert in_order(other.each(shared_numbers, [0, 1])) == [3, 4]
        one.share("numbers", [5, 6])
        assert in_order(one.each(shared_numbers, [0, 1])) == [5, 6]
        ((_, failed),) = one.each(not_shared, [0])
        assert failed.reason == "LookupError: shared: a name that was shared, got 'nothing'"


def test_nothing_is_shared_outside_of_a_task() -> None:
    with inline() as workers:
        workers.share("numbers", [1])
        with pytest.raises(LookupError, match="within a task only"):
            shared("numbers")


def test_what_the_arguments_raise_is_the_callers() -> None:
    def broken() -> object:
        yield 1
        raise OSError("no more")

    with inline() as workers, pytest.raises(OSError, match="no more"):
        list(workers.each(square, broken()))  # type: ignore[arg-type]
