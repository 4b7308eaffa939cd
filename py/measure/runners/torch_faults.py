"""What torch refuses, told apart from what breaks."""

from collections.abc import Callable
from typing import Any, TypeVar

from py.measure.runners.runner import NotRunnableError

T = TypeVar("T")

_LONG = 160
_BROKEN = ("CUDA error", "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED", "device-side assert")
"""After these a process's device is of no use: it has to end, and the row is one that failed."""
_MEMORY = ("out of memory", "not enough memory", "CUDNN_STATUS_ALLOC_FAILED", "ALLOC_FAILED")


def attempted(torch: Any, do: Callable[[], T]) -> T:
    """Return what ``do`` returns; what torch can't do becomes a reason why a shape can't run.

    Raises:
        NotRunnableError: out of memory (caches are given back), or no kernel for it.
        RuntimeError: the device broke; nothing more can run in this process.
    """
    try:
        return do()
    except (torch.cuda.OutOfMemoryError, MemoryError) as error:
        reason = f"out of memory: {_line(error)}"
    except (RuntimeError, ValueError, TypeError, NotImplementedError) as error:
        text = str(error)
        if any(sign in text for sign in _BROKEN):
            raise
        memory = any(sign in text for sign in _MEMORY)
        reason = f"{'out of memory' if memory else 'torch refuses it'}: {_line(error)}"
    # Only here have the frames that failed let go of their tensors, so that memory can be freed.
    empty_caches(torch)
    raise NotRunnableError(reason)


def empty_caches(torch: Any) -> None:
    """Give memory back to the device."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _line(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:_LONG]
