"""A result as JSON that opens again: with ``link``, what a page's URL is followed by to show it."""

import json
from typing import Any

from py.exports.export import Export


def opening(document: dict[str, Any], export: Export) -> dict[str, Any]:
    """Return a result's JSON with the fragment that it opens by."""
    return document | {"link": export.fragment()}


def document_text(export: Export) -> str:
    """Return a result's JSON as text, schema joulegraph/result/1."""
    document = opening(export.result.as_json(), export)
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
