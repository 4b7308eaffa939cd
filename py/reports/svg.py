"""Parts of an SVG: text, lines, areas, points. All text is escaped, places are to a tenth."""

from collections.abc import Iterable
from html import escape

from py.columns import printable

Point = tuple[float, float]


def _said(words: str) -> str:
    return escape(printable(words))


def place(value: float) -> str:
    """Return a coordinate to a tenth, as short as it goes."""
    found = f"{value:.1f}".removesuffix(".0")
    return "0" if found == "-0" else found


def text(x: float, y: float, words: str, kind: str, rotate: float | None = None) -> str:
    """Return words at a place; ``kind`` is their class."""
    turned = "" if rotate is None else f' transform="rotate({place(rotate)} {place(x)} {place(y)})"'
    return f'<text class="{kind}" x="{place(x)}" y="{place(y)}"{turned}>{_said(words)}</text>'


def line(first: Point, second: Point, kind: str) -> str:
    """Return a straight line."""
    return (
        f'<path class="{kind}" d="M{place(first[0])} {place(first[1])}'
        f'L{place(second[0])} {place(second[1])}"/>'
    )


def steps(points: Iterable[Point], kind: str) -> str:
    """Return a line through points, broken at each of them."""
    found = "L".join(f"{place(x)} {place(y)}" for x, y in points)
    return f'<path class="{kind}" d="M{found}"/>' if found else ""


def area(corners: Iterable[Point], kind: str) -> str:
    """Return a closed shape."""
    found = "L".join(f"{place(x)} {place(y)}" for x, y in corners)
    return f'<path class="{kind}" d="M{found}Z"/>'


def dots(points: Iterable[Point], kind: str) -> str:
    """Return points as one path of lines without length, whose round ends are the dots."""
    found = "".join(f"M{place(x)} {place(y)}h0" for x, y in points)
    return f'<path class="{kind}" d="{found}"/>' if found else ""


def told_dot(point: Point, words: str, kind: str, radius: float = 3) -> str:
    """Return a point that says what it is."""
    return (
        f'<circle class="{kind}" cx="{place(point[0])}" cy="{place(point[1])}" r="{place(radius)}">'
        f"<title>{_said(words)}</title></circle>"
    )


def picture(width: int, height: int, label: str, parts: Iterable[str]) -> str:
    """Return a picture of so many units; ``label`` is what it shows, for who can't see it."""
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{_said(label)}">'
        f"{''.join(parts)}</svg>"
    )
