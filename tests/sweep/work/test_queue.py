"""The queue gives every task until it has a result, and blames none before it was alone."""

import pickle

from hypothesis import given
from hypothesis import strategies as st

from py.sweep.work.failed import TaskFailed
from py.sweep.work.queue import DEATHS, TaskQueue
from tests.sweep.work.tasks import Unsendable
from tests.sweep.work.ways import Counted


def test_an_argument_is_taken_when_it_is_asked_for() -> None:
    numbers = Counted(5)
    queue = TaskQueue(numbers)
    assert numbers.taken == 0
    task = queue.next()
    assert task is not None
    assert (task.place, pickle.loads(task.pickled), numbers.taken) == (0, 0, 1)


def test_what_cannot_be_sent_fails_by_itself() -> None:
    queue = TaskQueue([1, Unsendable(), 3])
    places = []
    while (task := queue.next()) is not None:
        places.append(task.place)
    assert places == [0, 2]
    assert list(queue.failed) == [(1, TaskFailed("ValueError: stays here", "raised"))]


def test_a_task_is_blamed_only_when_it_dies_alone() -> None:
    queue = TaskQueue("a")
    for _ in range(DEATHS):
        task = queue.next()
        assert task is not None
        assert not task.alone
        assert queue.died(task) is None
    assert queue.next() is None
    task = queue.next_alone()
    assert task is not None
    assert task.alone
    assert queue.died(task) == TaskFailed.killed()
    assert queue.next() is None
    assert queue.next_alone() is None


def test_several_deaths_may_be_told_at_once() -> None:
    queue = TaskQueue("a")
    task = queue.next()
    assert task is not None
    assert queue.died(task, DEATHS + 1) is None
    assert queue.next() is None
    assert queue.next_alone() is task
    assert queue.died(task, DEATHS + 1) == TaskFailed.killed()


@given(st.integers(0, 12), st.data())
def test_every_task_is_given_until_it_is_done(count: int, data: st.DataObject) -> None:
    queue = TaskQueue(range(count))
    done: list[int] = []
    while True:
        task = queue.next() or queue.next_alone()
        if task is None:
            break
        match data.draw(st.sampled_from(["done", "died", "back"])):
            case "done":
                done.append(task.place)
            case "died" if (queue.died(task)) is not None:
                done.append(task.place)
            case "back":
                queue.give_back(task)
    assert sorted(done) == list(range(count))
