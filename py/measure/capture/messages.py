"""Messages between the process that keeps a capture and the one that measures: JSON, one a line."""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

MOST_BYTES = 1 << 20


class MessageError(Exception):
    """What came is no message; the sentence says what it is instead."""


def send(descriptor: int, message: Mapping[str, Any]) -> None:
    """Write a message.

    Raises:
        MessageError: it is longer than a megabyte.
        OSError: nobody reads any more.
    """
    data = json.dumps(message, allow_nan=False).encode() + b"\n"
    if len(data) > MOST_BYTES:
        raise MessageError(f"a message has at most {MOST_BYTES} bytes, got {len(data)}")
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def received(descriptor: int) -> Iterator[dict[str, Any]]:
    """Yield messages until the other side has gone.

    Raises:
        MessageError: a line is too long or no JSON object.
    """
    rest = b""
    while data := os.read(descriptor, 1 << 16):
        *lines, rest = (rest + data).split(b"\n")
        if len(rest) > MOST_BYTES:
            raise MessageError(f"a message has at most {MOST_BYTES} bytes, got more")
        for line in lines:
            yield _parsed(line)


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise MessageError(f"a message is a JSON object, got {line[:60]!r}")
    return message
