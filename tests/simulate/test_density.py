"""The zero fractions as a file, and what reads such files."""

import json
from pathlib import Path

import jsonschema
import pytest

from py.breakdown import Options, price
from py.estimate import main
from py.layers import Density, Zeros
from py.page import handle
from py.platforms.load import platform_from_json, read_platform_file
from py.simulate import LayerZeros, SignificanceMap, Simulation, density_of
from tests.simulate.test_trained import DRAM, FILE, model, simulated


def test_the_file_follows_its_schema_and_is_read_back(root: Path) -> None:
    simulation = simulated(SignificanceMap(), DRAM)
    data = json.loads(json.dumps(density_of(simulation)))
    schema = json.loads((root / "public" / "schema" / "density.schema.json").read_text())
    jsonschema.validate(data, schema)
    assert data["source"] == "counted in held_out.npz: 360 images"
    layers, unknown = Density.from_json(data).applied(model().layers)
    assert unknown == ()
    assert [layer.zeros for layer in layers] == [entry.zeros for entry in simulation.zeros]
    assert layers[0].zeros.ofmap is not None
    assert layers[0].zeros.ofmap > 0.5


def test_names_that_layers_share_and_layers_without_counts_are_left_out() -> None:
    half = Zeros(0.5, None, 0.5)
    names = ("one", "two", "two", "three")
    zeros = [LayerZeros(name, half) for name in names] + [LayerZeros("four", Zeros())]
    data = density_of(Simulation("a test", 1, (), tuple(zeros)))
    assert list(data["layers"]) == ["one", "three"]
    assert data["layers"]["one"] == {"ifmap": 0.5, "weight": None, "ofmap": 0.5}


def test_the_page_takes_the_file() -> None:
    simulation = simulated(SignificanceMap(), DRAM)
    density = json.loads(json.dumps(density_of(simulation)))
    platform = read_platform_file("eyeriss")
    energies = []
    for options in ({"batch": 360, "density": density}, {"batch": 360}):
        request = {
            "do": "estimate",
            "source": {"kind": "file", "path": str(FILE), "name": FILE.name},
            "platform": platform,
            "options": options,
        }
        answer = json.loads(handle(json.dumps(request)))
        assert answer["ok"], answer
        energies.append(answer["result"]["totals"]["energy_macs"])
        own = [layer["name"] for layer in answer["result"]["layers"]]
        assert set(density["layers"]) == set(own)
    options_of_terminal = Options(density=Density.from_json(density))
    expected = price(model(), platform_from_json(platform), options_of_terminal)
    assert energies[0] == expected.energy_macs
    assert energies[0] < energies[1]


def test_the_terminal_takes_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "counted.json"
    simulation = simulated(SignificanceMap(), DRAM)
    path.write_text(json.dumps(density_of(simulation)), encoding="utf-8")
    energies = []
    for density in (str(path), "none"):
        arguments = [str(FILE), "--density", density, "--format", "json"]
        assert main(arguments) == 0
        energies.append(json.loads(capsys.readouterr().out)["totals"]["energy_macs"])
    assert energies[0] < energies[1]
