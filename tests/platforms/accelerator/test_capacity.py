"""Changed capacities: what a word costs then, what the result says of it, links and terminal."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from py.breakdown import Options, Result, decode_link, model_from_state, open_state, price, state_of
from py.breakdown.pricing_notes import made_again
from py.errors import JoulegraphError
from py.estimate import main
from py.layers import LoopNest
from py.layers.model import Model
from py.page import handle
from py.platforms.accelerator.engine import Accelerator
from py.platforms.load import platform_from_json, read_platform_file
from py.pricing_options import capacities_of
from tests.models import conv_net
from tests.platforms.accelerator.edited import EYERISS, edited
from tests.platforms.accelerator.test_laws import energy, layer_of

LOOPS = LoopNest(n=2, g=1, m=24, c=16, p=14, q=14, r=3, s=3, h=16, w=16)
BUFFER = 102_400
RULE = {
    "levels.1.energy.read.value": 6.0,
    "levels.1.energy.write.value": 9.0,
    "levels.1.capacity_rule.value": {"exponent": 1.0},
}


def platform(
    file: dict[str, Any] = EYERISS, dataflow: str | None = None, **capacities: int
) -> Accelerator:
    found = platform_from_json(file, dataflow, capacities)
    assert isinstance(found, Accelerator)
    return found


def sized(capacities: Mapping[str, int] | None) -> Accelerator:
    found = platform_from_json(EYERISS, None, capacities)
    assert isinstance(found, Accelerator)
    return found


def priced(found: Accelerator, options: Options | None = None) -> Result:
    model = Model("m", "onnx", 1, (layer_of(LOOPS),))
    return price(model, found, options or Options())


def test_a_word_costs_what_the_rule_says() -> None:
    before, now = platform(edited(RULE)), platform(edited(RULE), global_buffer=3 * BUFFER)
    own, changed = before.hardware.level("global_buffer"), now.hardware.level("global_buffer")
    assert changed.memory.bits == now.hardware.machine.memories[1].bits == 3 * BUFFER * 8
    assert own.read == (6 / 16,) * 3
    assert changed.read == (18 / 16,) * 3
    assert changed.write == (27 / 16,) * 3
    others = [level for level in before.hardware.levels if level.id != "global_buffer"]
    assert [level for level in now.hardware.levels if level.id != "global_buffer"] == others
    terms = now.estimate(layer_of(LOOPS))
    assert terms is not None
    buffered = [term for term in terms.terms if term.level == "global_buffer"]
    assert {term.energy_per_word for term in buffered} == {18.0, 27.0}
    source = EYERISS["levels"][1]["capacity_rule"]["source"]
    said = f"; x 3: capacity (307,200 / 102,400 bytes)^1, {source}"
    assert all(term.why.endswith(said) for term in buffered)
    assert not any("capacity" in term.why for term in terms.terms if term.level != "global_buffer")


def test_rooms_of_tensors_keep_their_shares() -> None:
    found = platform(register_file=1040).hardware.level("register_file")
    assert found.memory.bits_of == (2 * 448 * 8, 2 * 24 * 8, 2 * 48 * 8)
    assert found.read == (2**0.5 / 16,) * 3
    values = read_platform_file("tpu-v1-like")
    cell = platform(values, cell=3).hardware.level("cell")  # three values of 8 bits
    assert cell.memory.bits_of == (24, None, None)


def test_the_result_tells_what_was_scaled() -> None:
    found = priced(platform(global_buffer=4 * BUFFER))
    levels = {level["id"]: level for level in found.as_json()["platform"]["levels"]}
    assert levels["global_buffer"]["capacity"] == {
        "bytes": 4 * BUFFER,
        "file_bytes": BUFFER,
        "energy_times": 2.0,
        "exponent": 0.5,
        "rule": EYERISS["levels"][1]["capacity_rule"]["source"],
        "per_pe": False,
    }
    assert levels["global_buffer"]["energy_macs"] == 12
    assert levels["register_file"]["capacity"]["energy_times"] == 1
    assert levels["register_file"]["capacity"]["per_pe"]
    assert levels["dram"]["capacity"] is None
    said = [note for note in found.notes if note.code in ("capacity", "unscaled")]
    assert [note.code for note in said] == ["capacity"]
    assert "x 2: capacity (409,600 / 102,400 bytes)^0.5" in said[0].text


@pytest.mark.parametrize("rule", [..., {"value": None, "source": "not known"}])
def test_without_a_rule_the_cost_stays_and_the_result_says_so(rule: Any) -> None:
    file = edited({"levels.1.capacity_rule": rule})
    before, now = platform(file), platform(file, global_buffer=2 * BUFFER)
    level = now.hardware.level("global_buffer")
    assert level.read == before.hardware.level("global_buffer").read
    assert level.memory.bits == 2 * BUFFER * 8
    found = priced(now)
    said = [note for note in found.notes if note.code in ("capacity", "unscaled")]
    assert [note.code for note in said] == ["unscaled"]
    assert "unscaled" in said[0].text
    assert found.as_json()["platform"]["levels"][1]["capacity"]["energy_times"] is None
    buffered = [t for t in found.rows[0].counted.terms if t.level == "global_buffer"]
    assert all("unscaled" in term.why for term in buffered)


def test_the_capacity_of_the_file_changes_nothing() -> None:
    same, own = platform(global_buffer=BUFFER), platform()
    assert same.hardware == own.hardware
    assert priced(same).as_json() == priced(own).as_json()


def test_more_room_at_the_same_cost_is_never_dearer() -> None:
    """Where a word costs as before, more room leaves every mapping that there was."""
    file = edited({"levels.1.capacity_rule": ..., "levels.2.capacity_rule": ...})
    energies = [
        energy(platform(file, "any", global_buffer=size), layer_of(LOOPS))
        for size in (4096, 8192, 16_384, 65_536)
    ]
    assert energies == sorted(energies, reverse=True)
    assert energies[0] > energies[-1]


@pytest.mark.parametrize(
    ("capacities", "code", "says"),
    [
        ({"dram": 5}, "capacity-unknown", "it has: global_buffer, register_file"),
        ({"nothing": 5}, "capacity-unknown", "'nothing'"),
        ({"global_buffer": 0}, "capacity-size", "global_buffer"),
        ({"global_buffer": 4095}, "capacity-size", "a bank of 4096 bytes"),
        ({"global_buffer": 1 << 41}, "capacity-size", "bytes from 1 to"),
        ({"register_file": 20}, "capacity-size", "one value of each tensor"),
    ],
)
def test_levels_and_sizes_that_there_are_not(
    capacities: dict[str, int], code: str, says: str
) -> None:
    with pytest.raises(JoulegraphError, match=says) as caught:
        sized(capacities)
    assert caught.value.code == code


def test_a_link_keeps_them_and_lets_them_go() -> None:
    chosen = Options(capacities={"global_buffer": 2 * BUFFER})
    first = priced(platform(global_buffer=2 * BUFFER), chosen)
    assert first.options["capacities"] == {"global_buffer": 2 * BUFFER}
    state = json.loads(json.dumps(state_of(first)))
    model, options = open_state(state, Options())
    assert options.capacities == chosen.capacities
    again = price(model, sized(options.capacities), options)
    assert again.totals() == first.totals()
    assert again.notes == first.notes
    _, without = open_state(state, Options(capacities={}))
    assert without.capacities == {}
    own = price(open_state(state, without)[0], platform(), without)
    assert "capacities" not in own.options
    assert own.notes == priced(platform()).notes
    kept = [note for note in first.notes if not made_again(note)]
    assert list(model_from_state(state).notes) == kept
    assert "capacity" not in {note.code for note in kept}
    for wrong in ({"global_buffer": "2"}, [5], {"global_buffer": True}, 7):
        state["options"]["capacities"] = wrong
        with pytest.raises(JoulegraphError) as caught:
            open_state(state, Options())
        assert caught.value.code == "link-invalid"


def test_the_pages_door(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(conv_net("n"))

    def ask(capacities: Any, **source: Any) -> dict[str, Any]:
        kind = source or {"kind": "file", "path": str(path), "name": path.name}
        request = {
            "do": "estimate",
            "source": kind,
            "platform": EYERISS,
            "options": {"capacities": capacities},
        }
        answer: dict[str, Any] = json.loads(handle(json.dumps(request)))
        return answer

    plain, changed = ask(None), ask({"global_buffer": 4 * BUFFER})
    assert changed["result"]["options"]["capacities"] == {"global_buffer": 4 * BUFFER}
    assert changed["result"]["totals"]["energy_macs"] > plain["result"]["totals"]["energy_macs"]
    linked = ask(None, kind="state", state=changed["state"])
    assert linked["result"] == changed["result"]
    assert linked["warnings"] == []
    assert ask({}, kind="state", state=changed["state"])["result"] == plain["result"] | {
        "model": linked["result"]["model"]
    }
    for wrong in ([1], {"global_buffer": "2"}, {"global_buffer": 1.5}, 3):
        assert ask(wrong)["error"]["code"] == "request-invalid"
    assert ask({"dram": 1})["error"]["code"] == "capacity-unknown"


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("200000", 200_000),
        ("200KiB", 204_800),
        ("200Ki", 204_800),
        ("200 kB", 200_000),
        ("1.5MiB", 3 << 19),
        ("2MB", 2_000_000),
        ("1GiB", 1 << 30),
    ],
)
def test_sizes_in_the_terminal(text: str, size: int) -> None:
    assert capacities_of([f"global_buffer={text}"]) == {"global_buffer": size}


@pytest.mark.parametrize(
    "texts",
    [
        ["global_buffer"],
        ["=5"],
        ["a=0"],
        ["a=1.5"],
        ["a=5KB"],
        ["a=-5"],
        ["a=1e3"],
        ["a=5", "a=6"],
    ],
)
def test_sizes_that_are_none(texts: list[str]) -> None:
    with pytest.raises(JoulegraphError):
        capacities_of(texts)


def test_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(conv_net())
    asked = [str(path), "--capacity", "global_buffer=200KiB", "--capacity", "register_file=1040"]
    assert main([*asked, "--format", "link"]) == 0
    link = capsys.readouterr().out.strip()
    sizes = {"global_buffer": 204_800, "register_file": 1040}
    assert decode_link(link)["options"]["capacities"] == sizes
    assert main([*asked, "--format", "json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert main([link, "--format", "json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["totals"] == first["totals"]
    assert again["options"]["capacities"] == sizes
    assert main(asked) == 0
    assert "x 1.414" in capsys.readouterr().out
