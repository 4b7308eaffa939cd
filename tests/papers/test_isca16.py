"""Figure 10 of the ISCA 2016 study (Chen, Emer, Sze): AlexNet under row stationary, batch 16.

Values as nn_dataflow's regression test has them (it doesn't say whether they were read off the
figure). Energies in 1e9 MAC energies of the whole batch, all data dense.
"""

import json
from pathlib import Path

import pytest

from py.layers import LoopNest
from py.platforms import load_platform
from tests.platforms.accelerator.test_laws import layer_of

BATCH = 16
LAYERS = {
    "conv1": LoopNest(n=BATCH, g=1, m=96, c=3, p=55, q=55, r=11, s=11, h=227, w=227, stride=(4, 4)),
    "conv2": LoopNest(n=BATCH, g=2, m=128, c=48, p=27, q=27, r=5, s=5, h=31, w=31),
    "conv3": LoopNest(n=BATCH, g=1, m=384, c=256, p=13, q=13, r=3, s=3, h=15, w=15),
    "conv4": LoopNest(n=BATCH, g=2, m=192, c=192, p=13, q=13, r=3, s=3, h=15, w=15),
    "conv5": LoopNest(n=BATCH, g=2, m=128, c=192, p=13, q=13, r=3, s=3, h=15, w=15),
    "fc1": LoopNest(n=BATCH, g=1, m=4096, c=256, p=1, q=1, r=6, s=6, h=6, w=6),
    "fc2": LoopNest(n=BATCH, g=1, m=4096, c=4096, p=1, q=1, r=1, s=1, h=1, w=1),
    "fc3": LoopNest(n=BATCH, g=1, m=1000, c=4096, p=1, q=1, r=1, s=1, h=1, w=1),
}
# layer, ALU, DRAM, RF
PUBLISHED = {
    "conv1": (1.69, 2.46, 6.75),
    "conv2": (3.58, 2.27, 14.33),
    "conv3": (2.39, 2.02, 9.57),
    "conv4": (1.79, 1.57, 7.18),
    "conv5": (1.20, 1.05, 4.78),
    "fc1": (0.60, 7.78, 2.42),
    "fc2": (0.27, 3.39, 1.07),
    "fc3": (0.07, 0.84, 0.26),
}
HALF_A_DIGIT = 0.005


@pytest.mark.parametrize("name", LAYERS)
def test_figure_10(name: str) -> None:
    """ALU and RF within 1 % or half a printed digit; DRAM at most the study's own mappings'."""
    found = load_platform("isca16_16x16").estimate(layer_of(LAYERS[name]))
    assert found is not None
    by: dict[str, float] = {}
    for term in found.terms:
        by[term.level] = by.get(term.level, 0.0) + term.energy / 1e9
    shown = ", ".join(f"{level} {energy:.3f}" for level, energy in by.items())
    alu, dram, file = PUBLISHED[name]
    print(f"ISCA 2016, figure 10: {name} ALU {alu}, DRAM at most {dram}, RF {file}; seen {shown}")
    assert by["mac"] == pytest.approx(alu, rel=0.01, abs=HALF_A_DIGIT)
    assert by["register_file"] == pytest.approx(file, rel=0.01, abs=HALF_A_DIGIT)
    assert by["dram"] <= dram + HALF_A_DIGIT


def test_the_copied_numbers_are_those_of_the_reference(shared: Path) -> None:
    reference = json.loads((shared / "references" / "eyeriss_published.json").read_text())
    rows = reference["isca16_fig10_alexnet_rs"]["rows"]
    assert {name: tuple(rows[name]) for name in PUBLISHED} == PUBLISHED
