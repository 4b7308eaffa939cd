"""What stands above the table: the model, its inputs, and what was assumed of them."""

from collections.abc import Iterator, Sequence

from py.columns import printable, shortened, sizes
from py.graph import Question
from py.layers.model import Model
from py.notes import Note

_MOST_INPUTS = 6
_MOST_ASSUMED = 6
_MOST_QUESTIONS = 500
_ASSUMING = ("dimension-assumed", "branch-assumed", "trip-count-assumed", "size-assumed")


def heading(model: Model, width: int, platform: str | None = None) -> list[str]:
    """Return the lines above the table, none longer than ``width`` but for a long name."""
    return [
        *_title(model, platform),
        *_table("inputs", list(_inputs(model)), width),
        *_table("assumed", list(_assumed(model, width)), width),
    ]


def _title(model: Model, platform: str | None) -> list[str]:
    said = []
    if model.producer is not None and platform is None:
        said.append(shortened(printable(model.producer), 40))
    if model.opset is not None and platform is None:
        said.append(f"opset {model.opset}")
    if model.source == "table":
        said.append("a table of layers")
    if model.from_link:
        said.append("from a link")
    said.append(f"batch {model.batch}")
    if any(note.code == "batch-assumed" for note in model.notes):
        said[-1] += ", the leading dimension of its inputs"
    where = "  " if platform is None else f" on {printable(platform)},"
    return [f"{printable(model.name)}{where} {', '.join(said)}"]


def _inputs(model: Model) -> Iterator[str]:
    named = list(model.inputs.items())
    shown = named if len(named) <= _MOST_INPUTS else named[: _MOST_INPUTS - 1]
    widest = max((len(shortened(name, 40)) for name, _ in shown), default=0)
    for name, shape in shown:
        dtype = model.input_types.get(name) or ""
        yield f"{shortened(name, 40):{widest}}  {sizes(shape)} {dtype}".rstrip()
    if len(named) > len(shown):
        yield f"and {len(named) - len(shown)} more"


def _assumed(model: Model, width: int) -> Iterator[str]:
    """Yield what was taken where the file leaves it open and nobody chose: dimensions together."""
    dimensions, others = _taken(model)
    if dimensions:
        line = ""
        for question in dimensions:
            part = f"{shortened(question.name, 40)} = {question.taken:g}"
            if line and len(line) + len(part) > width - 12:
                yield f"{line},"
                line = part
            else:
                line = f"{line}, {part}" if line else part
        hint = f"   (another: --dim '{shortened(dimensions[0].name, 40)}=…')"
        yield line if model.from_link else f"{line}{hint}"
    for question in others[:_MOST_ASSUMED]:
        yield _answer(question)
    if len(others) > _MOST_ASSUMED:
        yield f"and {len(others) - _MOST_ASSUMED} more that values decide"


def further_notes(model: Model, notes: Sequence[Note]) -> Iterator[Note]:
    """Yield the notes that the heading does not stand for."""
    shown = _taken(model)[1][:_MOST_ASSUMED]
    for note in notes:
        if note.code in ("dimension-assumed", "batch-assumed"):
            continue
        if note.code in _ASSUMING and any(_is_said(question, note.text) for question in shown):
            continue
        yield note


def _taken(model: Model) -> tuple[list[Question], list[Question]]:
    """Return the questions that nobody answered: the dimensions of inputs, and the others."""
    said = " ".join(note.text for note in model.notes if note.code in _ASSUMING)
    dimensions: list[Question] = []
    others: list[Question] = []
    for question in model.questions[:_MOST_QUESTIONS] if said else ():
        if question.taken is not None and _is_said(question, said):
            (dimensions if question.kind == "dimension" else others).append(question)
    return dimensions, others


def _is_said(question: Question, notes: str) -> bool:
    """Say whether a note tells that an answer was taken, not chosen."""
    name = question.name[:80]
    if question.kind == "dimension":
        return f"Free dimension {name!r} of " in notes
    return any(f"{form}=" in notes for form in (f"--value '{name}", f"--dim {name}"))


def _answer(question: Question) -> str:
    """Return what was taken for a branch, a loop or a size that values decide."""
    about, name = shortened(question.about, 48), shortened(question.name, 40)
    if question.kind == "branch":
        branch, other = ("then", 0) if question.taken else ("else", 1)
        return f"{about}: {branch}, which costs more   (the other: --value '{name}={other}')"
    if question.kind == "count":
        often = "once" if question.taken == 1 else f"{question.taken:g} times"
        return f"{about}: runs {often}   (another: --value '{name}=…')"
    return f"{about}: {question.taken:g} at most   (another: --dim '{name}=…')"


def _table(label: str, lines: list[str], width: int) -> list[str]:
    """Return lines with a label before the first, each cut at the width."""
    return [
        f"{label if number == 0 else '':9}{shortened(printable(line), max(40, width - 9))}"
        for number, line in enumerate(lines)
    ]
