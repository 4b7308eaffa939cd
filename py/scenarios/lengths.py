"""Which free dimensions of a language model are the length of its text, and of what it remembers.

Exporters name them: ``sequence_length`` and ``past_sequence_length``, with a mask as long as both
(``past_sequence_length + sequence_length``, or a dimension of its own, ``total_sequence_length``).
The text that an encoder reads is none of them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from py.errors import JoulegraphError
from py.layers import Model
from py.scenarios.setting import no_graph

_ENCODED = re.compile(r"encoder|source|src|patch|image|audio|vision", re.IGNORECASE)
_PAST = re.compile(r"past|cache|prev", re.IGNORECASE)
_TOTAL = re.compile(r"total|mask|kv_?(seq|len)|full|present", re.IGNORECASE)
_NEW = re.compile(
    r"seq|tok|len|word|step|time|context|input_?ids|position_?ids|^[st]$", re.IGNORECASE
)
_UNNAMED = re.compile(r"(?P<tensor>.+)\[\d+\]", re.DOTALL)
_MOST_LISTED = 12


@dataclass(frozen=True, slots=True)
class Lengths:
    """Names of free dimensions: of new tokens, of those in the cache, and of both together."""

    sequence: tuple[str, ...]
    past: tuple[str, ...] = ()
    total: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [*self.sequence, *self.past, *self.total]
        if not self.sequence or len(set(names)) < len(names):
            raise ValueError(f"Lengths: one name or more, each of one length, got {names}")

    def sizes(self, new: int, past: int = 0) -> dict[str, int]:
        """Return the sizes with so many new tokens after so many."""
        return {
            **dict.fromkeys(self.sequence, new),
            **dict.fromkeys(self.past, past),
            **dict.fromkeys(self.total, new + past),
        }

    def as_json(self) -> dict[str, list[str]]:
        return {
            "sequence": list(self.sequence),
            "past": list(self.past),
            "total": list(self.total),
        }


def lengths_of(model: Model, sequence: Iterable[str] = (), past: Iterable[str] = ()) -> Lengths:
    """Return the lengths of a model's text; those named by the user go before what is recognised.

    Raises:
        JoulegraphError: ``length-unknown`` with the dimensions that there are; ``no-graph`` of a
            link or a table of layers.
    """
    if model.from_link or model.source == "table":
        raise no_graph()
    named, remembered = tuple(dict.fromkeys(sequence)), tuple(dict.fromkeys(past))
    asked = [question for question in model.questions if question.kind == "dimension"]
    known = [question.name for question in asked]
    for name in (*named, *remembered):
        if name not in known:
            raise _unknown(f"The model has no free dimension {name[:80]!r}", known)
    both = set(named) & set(remembered)
    if both:
        raise _unknown(f"{min(both)[:80]!r} is given as the new tokens and as the past", known)
    free = [question.name for question in asked if not question.follows_batch]
    open_names = [
        name
        for name in free
        if name in named or name in remembered or not _is_one_of_several(name, free)
    ]
    unclear = [name for name in free if name not in open_names and _PAST.search(name)]
    if unclear and not remembered:
        raise _unknown(f"Which dimension of {unclear[0][:80]!r} is the past can't be told", known)
    own = [
        name
        for name in open_names
        if name not in named and name not in remembered and not _ENCODED.search(name)
    ]
    cached = remembered or tuple(name for name in own if _PAST.search(name))
    rest = [name for name in own if name not in cached and not _PAST.search(name)]
    masked = [name for name in rest if _TOTAL.search(name)]
    fresh = named or tuple(name for name in rest if name not in masked and _NEW.search(name))
    if not cached and not named:  # a mask over the text alone is as long as the text
        fresh = (*fresh, *masked)
    if not fresh or not (named or _reads_tokens(model)):
        raise _unknown("No free dimension was recognised as the length of a text", known)
    return Lengths(fresh, cached, tuple(masked) if cached else ())


def _is_one_of_several(name: str, free: list[str]) -> bool:
    """Whether an unnamed dimension stands beside another: which is the length, nobody can tell."""
    found = _UNNAMED.fullmatch(name)
    if found is None:
        return False
    beside = [other for other in map(_UNNAMED.fullmatch, free) if other is not None]
    return len([other for other in beside if other["tensor"] == found["tensor"]]) > 1


def _reads_tokens(model: Model) -> bool:
    """Whether an input is a table of whole numbers, as the tokens of texts are."""
    return any(
        (dtype or "").startswith("int") and len(model.inputs.get(name) or ()) == 2
        for name, dtype in model.input_types.items()
    )


def _unknown(what: str, known: list[str]) -> JoulegraphError:
    if not known:
        return JoulegraphError(
            "length-unknown",
            f"{what}: the file leaves no dimension open.",
            "Export the model with the length of its text left open.",
        )
    listed = ", ".join(name[:80] for name in known[:_MOST_LISTED])
    return JoulegraphError(
        "length-unknown",
        f"{what}: names with seq, tok, len or ids are looked for as new tokens, with past or cache "
        f"as those before. Open here: {listed}.",
        'Name them: "sequence" and "past" in a request, --sequence-dim and --past-dim in the '
        "terminal.",
    )
