"""What the terminal shows: coloured on a screen, plain elsewhere, safe whatever a file says."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from py.measure.check.checks import CHECKS, Check, Checked
from py.measure.check.finding import Finding, Verdict, not_checked, passed, worst
from py.measure.check.said import document, text_of, write_to
from py.measure.check.subject import Subject
from tests.measure.check.made import look as looked


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def _well(_: Subject) -> Finding:
    return passed("All well.")


def _found(good: Path, *findings: Finding) -> Checked:
    subject = looked(good).subject
    checks = [Check(f"made-{place}", f"Made {place}", _well) for place in range(len(findings))]
    return Checked(subject, tuple(zip(checks, findings, strict=True)))


STRANGE = Finding("fail", "Holds [bold]marks[/bold] and \x1b[31mcodes.", "Take [red]it[/red] out.")


def test_a_screen_gets_a_table_with_marks_as_text(good: Path) -> None:
    screen = Screen()
    write_to(screen, _found(good, STRANGE, passed("All well.")), 100)
    said = screen.getvalue()
    assert "[bold]marks[/bold]" in said
    assert "[red]it[/red]" in said
    assert "\x1b[31mcodes" not in said
    assert "FAIL" in said


def test_a_file_gets_lines_in_its_own_letters(good: Path) -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii", errors="replace")
    write_to(file, _found(good, STRANGE, Finding("warn", "− 3 µs × 2.", "Look.")), 100)
    file.flush()
    said = raw.getvalue().decode()
    assert "\x1b" not in said
    assert "-> Look." in said
    assert "- 3 ?s x 2." in said


def test_what_was_not_checked_for_one_reason_is_told_once(good: Path) -> None:
    said = text_of(_found(good, *[not_checked("No capture.")] * 3, passed("Well.")), 100)
    assert said.count("No capture.") == 1
    assert "Made 0, Made 1, Made 2: No capture." in said


def test_lines_are_as_wide_as_asked(good: Path) -> None:
    found = looked(good)
    for width in (80, 100, 140):
        assert max(map(len, text_of(found, width).splitlines())) <= width


def test_the_document_is_json_of_all_checks(good: Path) -> None:
    found = looked(good)
    data = json.loads(json.dumps(document([found, found]), allow_nan=False))
    assert [len(one["checks"]) for one in data["profiles"]] == [len(CHECKS)] * 2


def test_verdicts_have_an_order() -> None:
    every: list[Verdict] = ["pass", "not checked", "warn", "fail"]
    for place, verdict in enumerate(every):
        assert worst(every[: place + 1]) == verdict
    assert worst([]) == "pass"


def test_a_finding_refuses_nonsense() -> None:
    every: list[Any] = [
        ("fail", "Bad.", ""),
        ("warn", "Bad.", ""),
        ("good", "x", ""),
        ("pass", "", ""),
    ]
    for given in every:
        with pytest.raises(ValueError, match="Finding"):
            Finding(*given)


def test_codes_and_titles_are_apart() -> None:
    assert len({check.code for check in CHECKS}) == len({check.title for check in CHECKS})
    assert len({check.code for check in CHECKS}) == len(CHECKS)
