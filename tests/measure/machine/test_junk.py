"""Whatever the kernel's files hold, doctor ends with facts that fit their schema."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from py.measure.machine.describe import look_at
from py.measure.machine.gpu import Gpu
from py.measure.machine.host import Host
from py.measure.machine.screen import screen
from py.measure.meters.report import MeterReport
from tests.measure.machine.made_machines import Answers, guest, host_of, laptop
from tests.measure.meters.fake_clock import FakeClock

_LIKELY = st.sampled_from(
    [
        *(b"", b"\0" * 10, b"-1", b"0", b"999999999999999999999999", b"nan", b"0-99999999", b"max"),
        *(b"\xff\xfe", b"1e400", b"a" * 70_000, b"::::", b"cpu " + b"9" * 30, b"1 (a) b) 2 3"),
        *("²".encode(), "٣".encode(), b"\x1b[31m", b"-40000000", b"Battery", b"0x", b"1\n2\n3"),
    ]
)
_JUNK = st.one_of(st.binary(max_size=200), _LIKELY)


def no_devices(host: Host) -> tuple[tuple[Gpu, ...], tuple[MeterReport, ...]]:
    return (), ()


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    path = Path(__file__).resolve().parents[3] / "public/schema/doctor.schema.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    """A tree with files of all sorts, and the paths of those in it that doctor may read."""
    root = tmp_path_factory.mktemp("whole")
    laptop(root, FakeClock())
    guest(root, FakeClock())
    return root, sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file())


@settings(
    max_examples=120,
    suppress_health_check=[HealthCheck.too_slow],  # files are read and written
)
@given(data=st.data())
def test_random_bytes_in_any_file(
    data: st.DataObject,
    trees: tuple[Path, list[Path]],
    schema: dict[str, Any],
) -> None:
    root, paths = trees
    chosen = data.draw(st.lists(st.sampled_from(paths), min_size=1, max_size=12, unique=True))
    contents = [data.draw(st.one_of(_JUNK, _JUNK, _JUNK, st.none())) for _ in chosen]
    before = [(root / path).read_bytes() for path in chosen]
    try:
        for path, content in zip(chosen, contents, strict=True):
            (root / path).unlink()
            if content is None:
                (root / path).mkdir()
            else:
                (root / path).write_bytes(content)
        facts = look_at(host_of(root, clock=FakeClock(), modules=()), no_devices, 0.5)
    finally:
        for path, content in zip(chosen, before, strict=True):
            if (root / path).is_dir():
                (root / path).rmdir()
            (root / path).write_bytes(content)
    document = json.loads(json.dumps(facts.as_json(), allow_nan=False))
    jsonschema.validate(document, schema)
    assert all(line.plain.isprintable() for line in screen(facts))


_TEXT = st.one_of(
    st.text(max_size=200),
    st.sampled_from(["hw.memsize: -1", "vm.loadavg: { nan nan }", "hw.pagesize: 0", ": : :"]),
)


@given(_TEXT, _TEXT, _TEXT, _TEXT)
def test_random_answers_of_a_mac(
    tmp_path_factory: pytest.TempPathFactory, sysctl: str, vm_stat: str, pmset: str, torch: str
) -> None:
    answers = Answers({"sysctl": sysctl, "vm_stat": vm_stat, "pmset": pmset, "torch": torch})
    host = host_of(tmp_path_factory.getbasetemp() / "none", answers, modules=("torch",))
    facts = look_at(replace(host, system="Darwin"), no_devices)
    json.dumps(facts.as_json(), allow_nan=False)
    assert screen(facts)


def test_an_empty_tree_is_a_machine_of_which_nothing_is_known(
    tmp_path: Path, schema: dict[str, Any]
) -> None:
    facts = look_at(host_of(tmp_path, Answers(), modules=()), no_devices)
    jsonschema.validate(json.loads(json.dumps(facts.as_json())), schema)
    assert facts.processor.threads is None
    text = "\n".join(line.plain for line in screen(facts))
    assert "name unknown" in text
    assert " 0 " not in text


def test_windows_says_little(tmp_path: Path) -> None:
    environment = {"PROCESSOR_IDENTIFIER": "Intel64 Family 6", "NUMBER_OF_PROCESSORS": "8"}
    host = replace(host_of(tmp_path, modules=()), system="Windows", environment=environment)
    facts = look_at(host, no_devices)
    assert (facts.processor.name, facts.processor.threads) == ("Intel64 Family 6", 8)
    assert facts.system.name == "Windows"
