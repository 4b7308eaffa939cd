"""The codec of links: ``#v1.`` and base64url of zlib-compressed JSON.

zlib's checksum catches a damaged link. Reading is bounded before it decodes and while it inflates.
"""

import base64
import binascii
import json
import re
import zlib
from typing import Any

from py.bounded_json import parse_json
from py.errors import JoulegraphError

PREFIX = "v1."
STATE_VERSION = 1
MOST_CHARACTERS = 65_536
MOST_BYTES = 1 << 20


def encode_link(state: dict[str, Any]) -> str:
    """Return the fragment of a link, without ``#``."""
    text = json.dumps(state, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return PREFIX + base64.urlsafe_b64encode(
        zlib.compress(text.encode(errors="replace"), 9)
    ).decode().rstrip("=")


def is_link(text: str) -> bool:
    """Whether a text is a link, or the fragment of one, rather than a path."""
    return re.search(r"#v\d", text) is not None or re.fullmatch(r"v1\.[\w-]{40,}", text) is not None


def decode_link(
    text: str, most_characters: int = MOST_CHARACTERS, most_bytes: int = MOST_BYTES
) -> dict[str, Any]:
    """Return the state that a link carries; ``text`` is a URL, its fragment with or without ``#``.

    A link in a file may be longer than one that is passed on: of ``most_characters`` that unpack to
    ``most_bytes``.

    Raises:
        JoulegraphError: ``link-version``, ``link-too-long``, ``link-damaged``, ``json-invalid``,
            ``link-invalid``.
    """
    fragment = text.strip()
    if "#" in fragment[:most_characters]:
        fragment = fragment.split("#", 1)[1]
    if not fragment.startswith(PREFIX):
        raise JoulegraphError(
            "link-version",
            f"A breakdown link has #v1. in it, got {fragment[:12]!r}.",
            "Copy the whole link; a newer kind of link needs a newer Joulegraph.",
        )
    if len(fragment) > most_characters:
        raise JoulegraphError(
            "link-too-long",
            f"The link is {len(fragment)} characters long, at most {most_characters} are read.",
            "Ask for the result as a file instead.",
        )
    data = parse_json(
        _inflated(fragment[len(PREFIX) :], most_bytes),
        what="The link's content",
        most_characters=most_bytes,
    )
    if not isinstance(data, dict):
        raise _damaged("it holds no object")
    version = data.get("v")
    if version != STATE_VERSION or isinstance(version, bool):
        raise JoulegraphError(
            "link-invalid",
            f"The link holds a state of version {STATE_VERSION}, got {str(version)[:40]!r}.",
            "A newer kind of link needs a newer Joulegraph.",
        )
    state: dict[str, Any] = data
    return state


def _inflated(payload: str, most_bytes: int) -> str:
    try:
        packed = base64.b64decode(
            payload + "=" * (-len(payload) % 4), altchars=b"-_", validate=True
        )
        inflater = zlib.decompressobj()
        data = inflater.decompress(packed, most_bytes)
        if inflater.unconsumed_tail:
            raise JoulegraphError(
                "link-too-long",
                f"The link unpacks to more than {most_bytes} bytes.",
                "Ask for the result as a file instead.",
            )
        if not inflater.eof:
            raise _damaged("its end is missing")
        if inflater.unused_data:
            raise _damaged("something follows its end")
        return data.decode("utf-8")
    except (binascii.Error, zlib.error, ValueError) as error:
        raise _damaged("its characters or its checksum are wrong") from error


def _damaged(reason: str) -> JoulegraphError:
    return JoulegraphError(
        "link-damaged",
        f"The link is damaged: {reason}.",
        "Copy the whole link again; mail and chat programs may have cut it.",
    )
