"""A failure is a value: it keeps what was raised, travels, and compares."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py.errors import JoulegraphError
from py.sweep.work.attempt import attempt
from py.sweep.work.failed import TaskFailed
from tests.sweep.work.tasks import mixed, square


@given(st.text(), st.text(), st.text())
def test_an_error_of_ours_travels_whole(code: str, message: str, remedy: str) -> None:
    error = JoulegraphError(code, message, remedy)
    failed = pickle.loads(pickle.dumps(TaskFailed.of(error)))
    assert failed == TaskFailed.of(error)
    assert failed.kind == "refused"
    assert failed.error is not None
    assert failed.error.as_json() == error.as_json()


@pytest.mark.parametrize(
    ("raised", "kind", "reason"),
    [
        (ValueError("a\nb"), "raised", "ValueError: a b"),
        (KeyError("k"), "raised", "KeyError: 'k'"),
        (RuntimeError(), "raised", "RuntimeError."),
        (SystemExit(3), "raised", "SystemExit: 3"),
        (MemoryError("1.2 GiB"), "memory", "The task needs more memory than its worker may take."),
    ],
)
def test_other_errors_keep_type_and_text(raised: BaseException, kind: str, reason: str) -> None:
    failed = TaskFailed.of(raised)
    assert (failed.kind, failed.reason, failed.error) == (kind, reason, None)


def test_an_error_without_a_text_is_told_by_its_type() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text")

    assert TaskFailed.of(MuteError()).reason == "MuteError."


def test_a_remedy_belongs_to_an_error_of_ours_and_to_no_other() -> None:
    with pytest.raises(ValueError, match="TaskFailed"):
        TaskFailed("a", "raised", "code", "remedy")
    with pytest.raises(ValueError, match="TaskFailed"):
        TaskFailed("a", "refused")


def test_attempt_gives_the_result_or_why_there_is_none_but_lets_an_interrupt_through() -> None:
    def interrupted(_: int) -> int:
        raise KeyboardInterrupt

    assert attempt(square, 3) == 9
    assert attempt(mixed, 4) == TaskFailed("ValueError: no use for 4", "raised")
    with pytest.raises(KeyboardInterrupt):
        attempt(interrupted, 0)
