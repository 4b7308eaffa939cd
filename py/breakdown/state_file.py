"""A breakdown in a JSON file: a result with its ``link``, or what a link carries as it is."""

from typing import Any, BinaryIO

from py.bounded_json import parse_json
from py.breakdown.link import PREFIX, decode_link
from py.breakdown.result import SCHEMA
from py.errors import JoulegraphError

_MOST_BYTES = 64_000_000
MOST_LINK = 4_000_000
MOST_STATE = 16_000_000
SEVERAL = "joulegraph/results/1"


def read_state(file: BinaryIO) -> dict[str, Any]:
    """Return the state in a file, to be opened as a link's is.

    Raises:
        JoulegraphError: ``json-invalid``, ``result-invalid`` for JSON of another kind,
            ``result-closed`` for a result without a link, and as ``decode_link`` does.
    """
    data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise _invalid(f"is at most {_MOST_BYTES} bytes large, got more")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _invalid(f"is UTF-8, got another byte at {error.start}") from None
    document = parse_json(text, what="The file", most_characters=_MOST_BYTES)
    if isinstance(document, dict) and document.get("schema") == SCHEMA:
        link = document.get("link")
        if not isinstance(link, str) or not link.startswith(f"#{PREFIX}"):
            raise JoulegraphError(
                "result-closed",
                f"A result opens again by its link, #{PREFIX}…, got {str(link)[:12]!r}.",
                "Give the model, or a result that this version wrote with --format json.",
            )
        return decode_link(link, MOST_LINK, MOST_STATE)
    if isinstance(document, dict) and "v" in document and "layers" in document:
        return document
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema == SEVERAL:
        raise _invalid("holds one result to be opened, got several")
    raise _invalid(f'says "schema": "{SCHEMA}", got {str(schema)[:40]!r}')


def _invalid(expected: str) -> JoulegraphError:
    return JoulegraphError(
        "result-invalid",
        f"A result as JSON {expected}.",
        "Give an ONNX file, a link, or what --format json wrote on one platform.",
    )
