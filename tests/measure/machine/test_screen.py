"""Whole machines, from files to the screen and to JSON, as they were looked at."""

import json
from pathlib import Path

import jsonschema
import pytest

from py.measure.check.privacy import private_in
from py.measure.machine.describe import look_at
from py.measure.machine.facts import MachineFacts
from py.measure.machine.screen import screen
from tests.golden import check_golden
from tests.measure.machine.made_devices import devices_of
from tests.measure.machine.made_machines import MACHINES, SECRETS
from tests.measure.meters.fake_clock import FakeClock

GOLDEN = Path(__file__).parent / "golden"


def facts_of(name: str, root: Path) -> MachineFacts:
    clock = FakeClock()
    return look_at(MACHINES[name](root, clock), devices_of(name, root))


@pytest.fixture(params=list(MACHINES))
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, MachineFacts]:
    return request.param, facts_of(request.param, tmp_path)


def test_the_screen(machine: tuple[str, MachineFacts]) -> None:
    name, facts = machine
    text = "".join(f"{line.plain}\n" for line in screen(facts))
    check_golden(GOLDEN / f"{name}.txt", text)
    assert len(text.splitlines()) <= 55


def test_lines_fit_eighty_columns_but_for_what_is_copied(machine: tuple[str, MachineFacts]) -> None:
    _, facts = machine
    copied = {advice.command for advice in facts.advice}
    copied |= {line for one in facts.quantities for line in one.remedy}
    wide = [line.plain.strip() for line in screen(facts) if len(line.plain) > 80]
    assert set(wide) <= copied


def test_the_json(machine: tuple[str, MachineFacts], root: Path) -> None:
    name, facts = machine
    document = facts.as_json()
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    check_golden(GOLDEN / f"{name}.json", text + "\n")
    schema = json.loads((root / "public/schema/doctor.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(text), schema)


def test_nothing_names_a_person_a_host_or_a_network(machine: tuple[str, MachineFacts]) -> None:
    _, facts = machine
    document = facts.as_json()
    text = json.dumps(document)
    assert [secret for secret in SECRETS if secret in text] == []
    assert list(private_in(document, frozenset({"zaphod", "zaphod-tower"}))) == []


def test_who_is_busy_is_shown_and_not_published(tmp_path: Path) -> None:
    facts = facts_of("laptop", tmp_path)
    assert [(one.name, one.cpus) for one in facts.busiest] == [("secret-job", 1.5)]
    assert any("secret-job 1.5" in line.plain for line in screen(facts))
    assert "secret-job" not in json.dumps(facts.as_json())


def test_a_wide_terminal_has_the_same_words(tmp_path: Path) -> None:
    facts = facts_of("guest", tmp_path)
    narrow, wide = (
        " ".join(" ".join(line.plain for line in screen(facts, width)).split())
        for width in (80, 160)
    )
    assert narrow == wide
