"""A learner beside the fit: where it makes no error at all, nothing is divided by it."""

from py.measure.fit.errors_of_fit import errors_of_fit
from py.measure.report.learner import WAYS
from py.measure.report.rival import Rival


def _rival(predicted: float) -> Rival:
    learner = errors_of_fit([predicted] * 20, [1.0] * 20)
    return Rival(20, dict.fromkeys(WAYS, learner), errors_of_fit([1.2] * 20, [1.0] * 20))


def test_how_many_times_the_error_is_the_learner_s() -> None:
    times = _rival(1.1).times
    assert times is not None
    assert round(times, 9) == 2


def test_a_learner_without_error_is_compared_with_by_nothing() -> None:
    assert _rival(1.0).times is None
