"""Answers as bytes: JSON, deflated where that is shorter."""

import zlib
from typing import Any

from py.bounded_json import parse_json
from py.errors import JoulegraphError
from py.platforms.accelerator.choice import Choice
from py.sweep.answers.key import canonical
from py.sweep.answers.refusal import Refusal

Answer = Choice | Refusal

MOST_CHARACTERS = 1 << 16
"""Longest text of an answer; that of a mapping on ten levels has a tenth of it."""

_PLAIN, _DEFLATED = b"j", b"z"
"""How the bytes after the first are written."""


def encode(answer: Answer) -> bytes:
    """Return an answer's bytes.

    Raises:
        ValueError: an answer with a number that is not finite, or one too long to be read again.
    """
    name = "choice" if isinstance(answer, Choice) else "refusal"
    text = canonical({name: answer.as_json()})
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"encode: at most {MOST_CHARACTERS} characters, got {len(text)}")
    plain = text.encode("ascii")
    deflated = zlib.compress(plain, 6)
    return _DEFLATED + deflated if len(deflated) < len(plain) else _PLAIN + plain


def decode(data: bytes) -> Answer | None:
    """Return the answer of ``encode``; None for all that is not exactly such a one."""
    try:
        text = _text(data)
        parsed = parse_json(text, what="An answer", most_characters=MOST_CHARACTERS)
        answer = _answer(parsed)
        # What reads differently from how it is written is none of ours: 1.5 cycles, a "flat" of 2.
        return answer if canonical({next(iter(parsed)): answer.as_json()}) == text else None
    except (ValueError, TypeError, KeyError, AttributeError, zlib.error, JoulegraphError):
        return None


def _text(data: bytes) -> str:
    if data[:1] == _PLAIN:
        return data[1:].decode("ascii")
    if data[:1] != _DEFLATED:
        raise ValueError("neither plain nor deflated")
    stream = zlib.decompressobj()
    text = stream.decompress(data[1:], MOST_CHARACTERS + 1)
    if not stream.eof or stream.unused_data:
        raise ValueError("not the whole of it, or more")
    return text.decode("ascii")


def _answer(parsed: Any) -> Answer:
    (name, own), *more = parsed.items()
    if more:
        raise ValueError("more than one answer")
    if name == "choice":
        return Choice.from_json(own)
    if name == "refusal":
        return Refusal(**own)
    raise ValueError("neither a choice nor a refusal")
