"""Texts as they were looked at, kept in files beside the tests.

They are written anew with JOULEGRAPH_GOLDEN=write only, once their difference was read.
"""

import os
from pathlib import Path

WRITES = os.environ.get("JOULEGRAPH_GOLDEN") == "write"


def check_golden(path: Path, text: str) -> None:
    """Assert that a text is the one of a file, to the byte."""
    if WRITES:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
