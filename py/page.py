"""The page's one door: a request as JSON text in, an answer as JSON text out; it never raises."""

import gc
import json
from collections.abc import Callable
from typing import Any

from py.bounded_json import parse_json
from py.breakdown import changes, state_of
from py.errors import JoulegraphError
from py.graph.weights import Count
from py.page_compare import compare_runs
from py.page_export import export
from py.page_options import bad_request
from py.page_platform import about_platform
from py.page_request import Asked, Progress
from py.page_scenarios import answer_curve, answer_prune, answer_tokens

_MOST_REQUEST = 8_000_000


def handle(request_text: str, progress: Progress | None = None, count: Count | None = None) -> str:
    """Answer ``{"do": "estimate", "source", "platform", "options"}``.

    ``source`` is a file (``kind`` "file", ``path``, ``name``, and in ``along`` the paths by name of
    files that may hold its weights) or a link's content (``kind`` "state", ``state``). The option
    ``weights`` has the zeros in the weights counted, by ``count`` if it is given. The answer has
    ``ok`` and either ``result``, ``state`` and ``warnings``, or ``error`` with ``code``,
    ``message`` and ``remedy``, and ``questions`` where other answers may fit.
    With ``"mappings": "held"`` each layer is priced with the mapping last found for its shape,
    where one can be made to fit and the best one is not known; such an answer has
    ``"provisional": true``, and the same request without it maps anew.
    ``{"do": "weights", "source", "options"}`` only asks ``count`` for all that there is to count,
    so that it can be counted ahead.
    """
    gc.disable()  # a model makes many small values and no cycles to speak of
    try:
        request = parse_json(request_text, what="The request", most_characters=_MOST_REQUEST)
        return _as_text(_answer(request, progress, count))
    except JoulegraphError as error:
        answer = {"ok": False, "error": error.as_json()}
        if error.questions:  # other answers may fit
            answer["questions"] = list(error.questions)
    except (RecursionError, MemoryError) as error:
        answer = _fault(
            "too-large", f"This model needs more than the engine has ({type(error).__name__})."
        )
    except Exception as error:
        answer = _fault(
            "internal", f"The engine failed: {type(error).__name__}: {str(error)[:200]}."
        )
    finally:
        gc.enable()
    return _as_text(answer)


def _as_text(answer: dict[str, Any]) -> str:
    return json.dumps(answer, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _fault(code: str, message: str) -> dict[str, Any]:
    remedy = "Please report it with the file or its structure."
    return {"ok": False, "error": {"code": code, "message": message, "remedy": remedy}}


def _answer(request: Any, progress: Progress | None, count: Count | None) -> dict[str, Any]:
    verb = request.get("do") if isinstance(request, dict) else request
    answer = VERBS.get(verb) if isinstance(verb, str) else None
    if answer is None:
        raise bad_request("do", " or ".join(repr(name) for name in VERBS), verb)
    return {"ok": True, **answer(request, progress, count)}


def _estimate(
    request: dict[str, Any], progress: Progress | None, count: Count | None
) -> dict[str, Any]:
    asked = Asked(request, progress, count)
    result = asked.priced()
    own = state_of(result, asked.platform_file if request.get("own_platform") is True else None)
    warnings = () if asked.state is None else changes(asked.state, own)
    answer: dict[str, Any] = {"result": result.as_shared_json(), "state": own}
    if not asked.as_read or result.held:  # its totals are not the last word
        answer["provisional"] = True
        warnings = tuple(note for note in warnings if note.code != "totals-changed")
    return {**answer, "warnings": [note.as_json() for note in warnings]}


def _weights(
    request: dict[str, Any], progress: Progress | None, count: Count | None
) -> dict[str, Any]:
    Asked(request, progress, count).count_weights()
    return {}


Verb = Callable[[dict[str, Any], Progress | None, Count | None], dict[str, Any]]
VERBS: dict[str, Verb] = {
    "estimate": _estimate,
    "weights": _weights,
    "platform": about_platform,
    "compare": compare_runs,
    "export": export,
    "curve": answer_curve,
    "prune": answer_prune,
    "tokens": answer_tokens,
}
"""What can be asked; each answers with its part of the answer. Others are in page_*.py."""
