"""Weights in files beside the model: where, and never outside the model's own folder.

A model names such a file itself (``external_data``), and a model comes from anywhere: a name that
leads out of the folder, straight or through a symbolic link, is refused.
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from py.columns import printable
from py.errors import JoulegraphError

_MOST_CHARACTERS = 4096
_MOST_BYTES = 1 << 62


def external_place(entries: Mapping[str, str], size_bytes: int) -> tuple[str, int, int] | str:
    """Return location, begin and end of a tensor's bytes, or what is wrong with the entries.

    ``size_bytes`` is what the tensor's shape and type need.
    """
    location = entries.get("location", "")
    if not location:
        return "in another file, whose name is missing"
    start, length = _whole(entries.get("offset", "0")), _whole(entries.get("length", "0"))
    if start is None or length is None:
        return "in another file, at a place that is no number"
    if "length" in entries and length != size_bytes:
        return f"{length:,} bytes in another file, where the shape needs {size_bytes:,}"
    return location, start, start + size_bytes


def _whole(text: str) -> int | None:
    # Not isdigit alone: it takes digits of other scripts.
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    value = int(text)
    return value if value <= _MOST_BYTES else None


def check_location(location: str) -> None:
    """Refuse the name of a file that could lead out of the model's folder.

    Raises:
        JoulegraphError: ``external-path``.
    """
    posix, windows = PurePosixPath(location), PureWindowsPath(location)
    if (
        not location
        or len(location) > _MOST_CHARACTERS
        or "\0" in location
        or posix.is_absolute()
        or windows.drive
        or windows.root
        or ".." in windows.parts  # parts at / and at \
    ):
        raise _refused(location, "leads out of the model's folder")


def external_path(model: Path, location: str) -> Path | None:
    """Return the path of a file beside ``model``, None where there is none.

    Raises:
        JoulegraphError: ``external-path`` for a name that leads out of the model's folder, also
            through a symbolic link, and for what is no ordinary file.
    """
    check_location(location)
    try:
        path = (model.parent / location).resolve()
        # Of a model that is itself a link, what lies beside it at either end is beside it.
        folders = (model.parent.resolve(), model.resolve().parent)
        if not any(path.is_relative_to(folder) for folder in folders):
            raise _refused(location, "is a link that leads out of the model's folder")
        if not path.exists():
            return None
        if not path.is_file():
            raise _refused(location, "is no ordinary file")
    except (OSError, RuntimeError) as error:  # a name too long for a file, links in a circle
        raise unreadable(location, error) from None
    return path


def unreadable(location: str, error: Exception) -> JoulegraphError:
    """Return the error for a file beside the model that is there and can't be read."""
    reason = getattr(error, "strerror", None) or type(error).__name__
    return JoulegraphError(
        "external-unreadable",
        f"The model keeps weights in {printable(location[:120])!r}, which can't be read: {reason}.",
        "Check the file and its permissions, or leave the zeros in the weights uncounted.",
    )


def _refused(location: str, what: str) -> JoulegraphError:
    return JoulegraphError(
        "external-path",
        f"The model keeps weights in {printable(location[:120])!r}, which {what}; "
        "only files in that folder are read.",
        "Put the weights into the model's folder and save the model with onnx.save again, "
        "or leave the zeros in the weights uncounted.",
    )
