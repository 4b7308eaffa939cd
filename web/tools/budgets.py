"""What the page may weigh, checked by every build: the sums of what gzip -9 leaves of its files.

Bytes as they come over the wire; the raw sum stands beside them. Hosts compress a little less.
"""

import gzip
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from web.tools.failure import BuildError
from web.tools.platforms import DEFAULT

#: Not fetched by a page: what hosts and people read.
NOT_FETCHED = frozenset({"_headers", "build.json"})


@dataclass(frozen=True, slots=True)
class Budget:
    """A sum of files and the most that it may be, in bytes after gzip -9."""

    name: str
    limit_bytes: int
    packed_bytes: int
    raw_bytes: int

    @property
    def kept(self) -> bool:
        """Return whether the sum is within its limit."""
        return self.packed_bytes <= self.limit_bytes

    def __str__(self) -> str:
        figures = (self.packed_bytes, self.limit_bytes, self.raw_bytes)
        packed, limit, raw = (f"{figure / 1000:,.1f} kB".replace(",", " ") for figure in figures)
        return f"{self.name:34} {packed:>12}  of {limit:>11}  raw {raw:>12}"


def first_paint(dist: Path) -> list[str]:
    """Return the files that the page fetches before Python: itself, and the first breakdown."""
    page = (dist / "index.html").read_text()
    named = re.findall(
        r'<(?:link rel="(?:stylesheet|modulepreload)" href|script [^>]*src)="(.+?)"', page
    )
    sample = json.loads((dist / "models" / "index.json").read_text())[0]
    return [
        *("index.html", *named, "models/index.json", "platforms.json"),
        *(f"accelerators/{DEFAULT}.json", f"samples/{sample['id']}.json"),
    ]


def own_scripts(dist: Path) -> list[str]:
    """Return the scripts that are ours: not Python's, not the editor's."""
    found = [*dist.glob("*.js"), *dist.glob("chunks/*.js")]
    return sorted(path.relative_to(dist).as_posix() for path in found)


def scripts_of_a_visit(dist: Path) -> list[str]:
    """Return those of ours that a visit loads by itself; panels are loaded when they are opened."""
    page = [path for path in first_paint(dist) if path.endswith(".js")]
    return [*page, "worker.js", "sw.js"]


def whole_set(dist: Path) -> list[str]:
    """Return the files with which the page works offline."""
    files = (path.relative_to(dist).as_posix() for path in dist.rglob("*") if path.is_file())
    return sorted(set(files) - NOT_FETCHED)


def measure(dist: Path) -> list[Budget]:
    """Return the page's budgets and what has been taken of them."""
    return [
        budget(dist, "first paint, without Python", 100_000, first_paint(dist)),
        budget(dist, "our JavaScript that a visit loads", 80_000, scripts_of_a_visit(dist)),
        budget(dist, "all of it, every panel opened", 105_000, own_scripts(dist)),
        budget(dist, "all that works offline", 15_000_000, whole_set(dist)),
    ]


def budget(dist: Path, name: str, limit_bytes: int, paths: Iterable[str]) -> Budget:
    """Return what some files take of a limit."""
    files = [(dist / path).read_bytes() for path in paths]
    packed = sum(len(gzip.compress(data, 9, mtime=0)) for data in files)
    return Budget(name, limit_bytes, packed, sum(map(len, files)))


def check(budgets: Iterable[Budget]) -> None:
    """Raise ``BuildError`` with the budgets that are exceeded, if any are."""
    exceeded = [str(each) for each in budgets if not each.kept]
    if exceeded:
        raise BuildError("the page weighs more than it may:\n" + "\n".join(exceeded))
