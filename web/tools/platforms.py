"""The list of platforms that ship with the page: platforms.json.

The page reads it at once, so it is short: what each platform is, and what it can say of a model. A
platform's own file is fetched when it is chosen.
"""

import json
import re
from pathlib import Path
from typing import Any

from web.tools.failure import BuildError

#: The one that a model is priced on unless another is chosen; it comes first.
DEFAULT = "eyeriss"
#: The kinds of platform in the order of the list, and where in public/ their files lie.
FOLDERS = {"accelerator": "accelerators", "measured": "profiles", "datasheet": "devices"}
#: The classes of devices with a datasheet, in the order of the list.
CLASSES = (
    *("data-centre GPU", "GeForce GPU", "workstation GPU", "Jetson"),
    *("server CPU", "desktop CPU", "laptop or phone SoC", "edge accelerator"),
)
#: The precisions of a datasheet that a model in single precision can be timed in.
SINGLE = ("fp32", "fp64", "tf32")
#: The widths of weights and activations in single precision, as a profile names them.
SINGLE_WIDTHS = "32x32"

Entry = dict[str, Any]


def platform_entries(public: Path) -> list[Entry]:
    """Return what the page lists of every platform in ``public``, kind by kind.

    The default comes first, the others of a kind (of a class, where there are) by name.

    Raises:
        BuildError: two platforms have the same id, which links name them by.
    """
    entries = []
    for kind, folder in FOLDERS.items():
        files = [json.loads(path.read_text()) for path in sorted((public / folder).glob("*.json"))]
        files.sort(key=_order)
        entries += [
            {"id": file["id"], "kind": kind, "name": file["name"], **_says(file)} for file in files
        ]
    ids = [entry["id"] for entry in entries]
    twice = sorted({identity for identity in ids if ids.count(identity) > 1})
    if twice:
        raise BuildError(f"platforms of different ids expected, got twice: {', '.join(twice)}.")
    return entries


def _order(file: Entry) -> tuple[bool, int, str]:
    known = file.get("class")
    place = CLASSES.index(known) if known in CLASSES else len(CLASSES)
    return file["id"] != DEFAULT, place, file["name"].casefold()


def _says(file: Entry) -> Entry:
    """Return what the platform can say of a model, and where that is from."""
    if file["kind"] == "measured":
        return _measured(file)
    if file["kind"] == "datasheet":
        return _datasheet(file)
    return {"about": first_sentence(file["about"])}


def _measured(file: Entry) -> Entry:
    models = file["models"]
    powered = [model["kind"] for model in models if model["power_w"] is not None]
    power = "measured" if powered else "estimated" if file["rated_power_w"] else None
    return {
        "measured": list(dict.fromkeys(model["kind"] for model in models)),
        **({"power": power} if power else {}),
        # How far off its fits of times are, of rows that they had not seen.
        "rmspe": {
            model["kind"]: round(model["time_s"]["errors"]["rmspe"], 3)
            for model in models
            if model["dtype"] == SINGLE_WIDTHS and model["time_s"].get("errors")
        },
    }


def _datasheet(file: Entry) -> Entry:
    peaks = [name for name, figure in file["peak"].items() if figure is not None]
    return {
        "class": file["class"],
        **({"power": "estimated"} if file["rated_power_w"] is not None else {}),
        # Narrower numbers than those of most models need to be asked for.
        **({} if set(SINGLE) & set(peaks) else {"only": peaks}),
    }


def first_sentence(text: str) -> str:
    """Return a text up to its first full stop that ends a sentence; that of "et al." does not."""
    found = re.search(r"(?<!\bal)\. ", text)
    return text[: found.start() + 1] if found else text


def write_platforms(public: Path, target: Path) -> None:
    """Write the list to ``target``, a line for each platform."""
    lines = [
        json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
        for entry in platform_entries(public)
    ]
    target.write_text("[\n" + ",\n".join(lines) + "\n]\n")
