"""The page's scenarios: ``curve``, ``prune`` and ``tokens``, asked like an estimate.

An answer with ``"provisional": true`` has numbers from mappings held from before, or from a model
scaled to a batch without its file: the same request without ``"mappings": "held"`` has the last
word.
"""

from collections.abc import Callable, Iterable
from typing import Any

from py.graph.weights import Count
from py.page_options import bad_request
from py.page_request import Asked, Progress
from py.scenarios import BATCHES, KEEP, Setting, curve, lengths_of, prune, tokens

_MOST_NAMES = 100


def answer_curve(
    request: dict[str, Any], progress: Progress | None, count: Count | None
) -> dict[str, Any]:
    """Answer ``{"batches": [1, 2, 4]}``, by default 1 to 256, with ``curve``: a point for each."""
    batches = request.get("batches", list(BATCHES))
    if not isinstance(batches, list) or not all(_is_whole(batch) for batch in batches):
        raise bad_request("batches", "a list of whole numbers", batches)
    asked = Asked(request, progress, count)
    scaled = asked.held and asked.opened[2].kind == "accelerator"
    found = curve(_setting(asked, scaled=scaled), batches, _tell(progress))
    return {"curve": found.as_json(), **_standing(scaled or found.held or not asked.as_read)}


def answer_prune(
    request: dict[str, Any], progress: Progress | None, count: Count | None
) -> dict[str, Any]:
    """Answer ``{"keep": 0.5}`` with ``steps``, what is ``before`` them, ``about``, ``source``."""
    keep = request.get("keep", KEEP)
    if isinstance(keep, bool) or not isinstance(keep, (int, float)):
        raise bad_request("keep", "a share from 0 to 1", keep)
    asked = Asked(request, progress, count)
    found = prune(asked.priced(), float(keep), _tell(progress))
    return {**found.as_json(), **_standing(found.held or not asked.as_read)}


def answer_tokens(
    request: dict[str, Any], progress: Progress | None, count: Count | None
) -> dict[str, Any]:
    """Answer ``{"prompt": 512, "generate": 128}`` with what ``Tokens.as_json`` says.

    ``sequence`` and ``past`` name the free dimensions where they are not recognised, each one or
    a list.
    """
    numbers = [request.get("prompt", 512), request.get("generate", 128)]
    for what, number in zip(("prompt", "generate"), numbers, strict=True):
        if not _is_whole(number):
            raise bad_request(what, "a number of tokens", number)
    asked = Asked(request, progress, count)
    setting = _setting(asked)
    lengths = lengths_of(setting.model, _names(request, "sequence"), _names(request, "past"))
    found = tokens(setting, lengths, numbers[0], numbers[1], _tell(progress))
    return {**found.as_json(), **_standing(found.held)}


def _setting(asked: Asked, *, scaled: bool = False) -> Setting:
    """Return the model on its platform; ``scaled`` has other batches made without its file."""
    model, options, platform = asked.opened
    read = None if scaled or asked.state is not None else asked.read_again
    return Setting(model, platform, options, read)


def _standing(provisional: bool) -> dict[str, Any]:
    return {"provisional": True} if provisional else {}


def _tell(progress: Progress | None) -> Callable[[str, float], None]:
    """Return what passes on every whole per cent: each is a message to the page."""
    said = -1

    def tell(_label: str, share: float) -> None:
        nonlocal said
        percent = int(100 * share)
        if progress is not None and percent > said:
            said = percent
            progress("map", share)

    return tell


def _names(request: dict[str, Any], part: str) -> Iterable[str]:
    given = request.get(part)
    names = [given] if isinstance(given, str) else [] if given is None else given
    if (
        not isinstance(names, list)
        or len(names) > _MOST_NAMES
        or not all(isinstance(name, str) for name in names)
    ):
        raise bad_request(part, "the name of a free dimension", given)
    return names


def _is_whole(number: Any) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)
