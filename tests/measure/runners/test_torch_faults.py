"""What torch refuses becomes a reason, and what breaks its device ends the process."""

from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from py.measure.runners.runner import NotRunnableError
from py.measure.runners.torch_faults import attempted


class OutOfMemoryError(RuntimeError):
    """Torch's own."""


def torch(emptied: list[bool]) -> Any:
    cuda = SimpleNamespace(
        OutOfMemoryError=OutOfMemoryError,
        is_available=lambda: True,
        empty_cache=lambda: emptied.append(True),
    )
    return SimpleNamespace(cuda=cuda)


def failing(error: Exception) -> NoReturn:
    raise error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OutOfMemoryError("CUDA out of memory. Tried to allocate 9 GiB\nmore"), "^out of memory"),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried"), "^out of memory"),
        (RuntimeError("\"avg_pool3d\" not implemented for 'Half'"), "^torch refuses it"),
        (NotRunnableError("of our own"), "^of our own$"),
    ],
)
def test_a_refusal_is_a_reason_on_one_line(error: Exception, said: str) -> None:
    with pytest.raises(NotRunnableError, match=said) as caught:
        attempted(torch([]), lambda: failing(error))
    assert "\n" not in str(caught.value)


def test_memory_is_given_back_when_there_was_too_little() -> None:
    emptied: list[bool] = []
    with pytest.raises(NotRunnableError):
        attempted(torch(emptied), lambda: failing(OutOfMemoryError("CUDA out of memory")))
    assert emptied == [True]


def test_a_broken_device_is_no_refusal() -> None:
    with pytest.raises(RuntimeError, match="illegal memory access"):
        attempted(torch([]), lambda: failing(RuntimeError("CUDA error: an illegal memory access")))
