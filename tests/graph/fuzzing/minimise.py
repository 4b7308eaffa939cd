"""A case that ends badly, made small while it ends in the same way."""

from collections.abc import Callable
from dataclasses import replace

from py.layers import Choices
from tests.graph.fuzzing.limits import used_seconds
from tests.graph.fuzzing.pipeline import Case
from tests.graph.fuzzing.tree import Field, parsed, walk, written

Same = Callable[[Case], bool]
_MOST_TRIES = 500
_MOST_SECONDS = 60.0  # cases that end badly because they are slow take long to try


def minimised(case: Case, is_same: Same) -> Case:
    """Return the smallest case found that is ``same`` still, in about a minute at most."""
    until = used_seconds() + _MOST_SECONDS

    def same(tried: Case) -> bool:
        return used_seconds() < until and is_same(tried)

    for choices in (Choices(), replace(case.choices, values={}), replace(case.choices, dims={})):
        simpler = replace(case, choices=choices)
        if same(simpler):
            case = simpler
            break
    if case.weights and same(replace(case, weights=False)):
        case = replace(case, weights=False)
    try:
        root = parsed(case.data)
    except ValueError:
        return _shorter(case, same)
    return _fewer_fields(_fewer_runs(case, root, same), root, same)


def _fewer_runs(case: Case, root: Field, same: Same) -> Case:
    """Take away halves, quarters, eighths of what a message lists."""
    for message in [root, *(field for _, field in walk(root) if len(field.fields) > 3)]:
        size = len(message.fields) // 2
        while size:
            place = 0
            while place < len(message.fields):
                before = message.fields[:]
                del message.fields[place : place + size]
                smaller = replace(case, data=written(root))
                if same(smaller):
                    case = smaller
                else:
                    message.fields[:] = before
                    place += size
            size //= 2
    return case


def _fewer_fields(case: Case, root: Field, same: Same) -> Case:
    tries, changed = 0, True
    while changed and tries < _MOST_TRIES:
        changed = False
        for outer, field in list(walk(root)):
            before = outer.fields[:]
            if not any(other is field for other in before):
                continue
            outer.fields[:] = [other for other in before if other is not field]
            tries += 1
            smaller = replace(case, data=written(root))
            if tries < _MOST_TRIES and same(smaller):
                case, changed = smaller, True
            else:
                outer.fields[:] = before
    return case


def _shorter(case: Case, same: Same) -> Case:
    size = len(case.data) // 2
    while size:
        place = 0
        while place < len(case.data):
            smaller = replace(case, data=case.data[:place] + case.data[place + size :])
            if same(smaller):
                case = smaller
            else:
                place += size
        size //= 2
    return case
