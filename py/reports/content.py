"""What a report is made of, however it is written: sections of facts, paragraphs, tables, plots."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with what holds of them."""

    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a title; the first ``left`` columns are words, the others numbers.

    ``links`` are addresses of what the first cells name, None where there is none; a page has them.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: int = 1
    note: str = ""
    links: tuple[str | None, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.header):
                raise ValueError(f"Table {self.title}: {len(self.header)} cells, got {len(row)}")
        if self.links and len(self.links) != len(self.rows):
            raise ValueError(f"Table {self.title}: {len(self.rows)} links, got {len(self.links)}")


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a part of a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Plots:
    """Plots beside each other: their SVG with what is said below each. A text has none of them."""

    plots: tuple[tuple[str, str], ...]


Block = Heading | Facts | Paragraph | Table | Plots


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report; ``anchor`` is how a page links to it."""

    title: str
    anchor: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """A report: its title, a sentence below it, and its sections."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
