"""What the terminal programs share: how one runs and ends, exit codes, where a result goes.

Exit 0 fine; 1 done, but something got no estimate or a budget is exceeded; 2 bad input or bad use;
3 a fault of ours. Results go to standard output, all else to standard error.
"""

import gc
import io
import os
import sys
from collections.abc import Callable
from errno import ENOSPC

from py.columns import printable
from py.errors import JoulegraphError

FINE, PARTIAL, BAD_INPUT, FAULT = 0, 1, 2, 3
_INTERRUPTED = 130
_NARROWEST, _WIDEST = 60, 200


def run(program: Callable[[list[str]], int], arguments: list[str]) -> int:
    """Run a program and return its exit code; every error becomes one message on standard error."""
    # A program makes many small values and ends soon: looking for cycles in them would take longer
    # than the work itself, and there are next to none.
    gc.disable()
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who started it
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without these letters still prints
    try:
        return program(arguments)
    except JoulegraphError as error:
        sys.stderr.write(
            f"error: {printable(error.message)}\n       {error.remedy} [{error.code}]\n"
            f"{_taken(error)}"
        )
        return BAD_INPUT
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        return _INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone: nothing more to say to it
        return FINE
    except Exception as error:
        if isinstance(error, OSError) and error.errno == ENOSPC:
            sys.stderr.write(
                "error: There is no space left for what is written.\n"
                "       Make some, or write it elsewhere. [full]\n"
            )
            return BAD_INPUT
        import traceback  # needed once in a blue moon

        sys.stderr.write(
            f"{traceback.format_exc()}\n"
            "This is a fault of Joulegraph's; please report it with the lines above.\n"
        )
        return FAULT
    finally:
        gc.freeze()  # nor has the interpreter to look for them when it ends


def _taken(error: JoulegraphError) -> str:
    """Return what was taken for the sizes that the file leaves open, where another may help."""
    taken = [
        f"{question['name']}={question['taken']}"
        for question in error.questions
        if question["option"] == "dims" and question["taken"] is not None
    ]
    if not taken:
        return ""
    listed = ", ".join(taken[:5]) + (", …" if len(taken) > 5 else "")
    return f"       The file leaves sizes open; taken: {printable(listed)}. --dim gives others.\n"


def text_width(usual: int) -> int:
    """Return how many columns a terminal has; a file or a pipe gets the usual number always."""
    if not sys.stdout.isatty():
        return usual
    from shutil import get_terminal_size  # what is piped needs none

    return max(_NARROWEST, min(_WIDEST, get_terminal_size((usual, 24)).columns))


def write_output(text: str, path: str | None, option: str = "--output") -> None:
    """Write a result to a file or to standard output."""
    if path is None:
        sys.stdout.write(text)
        return
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise JoulegraphError(
            "unwritable", f"{path} can't be written: {error.strerror}.", f"Choose another {option}."
        ) from None
