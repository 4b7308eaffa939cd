"""The list of accelerators that ship with the page: accelerators/index.json."""

import json
from pathlib import Path

#: The one that a model is priced on unless another is chosen; it comes first.
DEFAULT = "eyeriss"


def platform_entries(folder: Path) -> list[dict[str, str]]:
    """Return id, name and the first sentence of ``about`` of every accelerator in ``folder``.

    The default comes first, the others by name.
    """
    files = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    files.sort(key=lambda file: (file["id"] != DEFAULT, file["name"].casefold()))
    return [
        {"id": file["id"], "name": file["name"], "about": first_sentence(file["about"])}
        for file in files
    ]


def first_sentence(text: str) -> str:
    """Return a text up to its first full stop that a space or nothing follows."""
    head, stop, _ = text.partition(". ")
    return head + "." if stop else text


def write_platforms(public: Path, target: Path) -> None:
    """Write the list to ``target``."""
    entries = platform_entries(public / "accelerators")
    target.write_text(json.dumps(entries, indent=1, ensure_ascii=False) + "\n")
