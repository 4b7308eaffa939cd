"""Why rows are not used, in words that name the line of each."""

import re
from collections.abc import Hashable

from py.measure.table.counted import Counted

_LINE = re.compile(r"\b[Ll]ine (\d+) of ")


class Reasons(Counted[str]):
    """Reasons; those that differ in their line alone are alike."""

    def key(self, thing: str) -> tuple[Hashable, int | None]:
        found = _LINE.search(thing)
        if found is None:
            return thing, None
        return _LINE.sub("", thing, count=1).strip(), int(found[1])
