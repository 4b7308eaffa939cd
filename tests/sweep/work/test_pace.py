"""Short tasks go together, long ones alone."""

from hypothesis import given
from hypothesis import strategies as st

from py.sweep.work.pace import BUNDLE_S, BUNDLE_TASKS, Pace


def test_before_anything_is_known_each_goes_alone() -> None:
    pace = Pace()
    assert pace.bundle_size() == 1
    pace.saw(0, 0.0)
    assert pace.bundle_size() == 1


def test_a_bundle_takes_about_its_time() -> None:
    pace = Pace()
    pace.saw(1, 0.02)
    assert pace.bundle_size() == 12
    for _ in range(100):
        pace.saw(1, 30.0)
    assert pace.bundle_size() == 1
    for _ in range(100):
        pace.saw(10, 0.0)
    assert pace.bundle_size() == BUNDLE_TASKS


@given(st.lists(st.tuples(st.integers(0, 100), st.floats(0, 1e6)), max_size=40))
def test_a_bundle_has_one_task_or_takes_no_longer_than_it_should(
    seen: list[tuple[int, float]],
) -> None:
    pace = Pace()
    for tasks, seconds in seen:
        pace.saw(tasks, seconds)
    size = pace.bundle_size()
    assert 1 <= size <= BUNDLE_TASKS
    last = [(tasks, seconds) for tasks, seconds in seen if tasks][-16:]
    if size > 1:
        mean_s = sum(seconds for _, seconds in last) / sum(tasks for tasks, _ in last)
        assert size * mean_s <= BUNDLE_S * (1 + 1e-9)
