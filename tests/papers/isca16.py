"""Figure 10 of the ISCA 2016 study (Chen, Emer, Sze): AlexNet under row stationary, batch 16.

Values as nn_dataflow's regression test has them (it doesn't say whether they were read off the
figure). Energies in 1e9 MAC energies of the whole batch, all data dense.
"""

from collections.abc import Iterator

from py.layers import LoopNest
from py.platforms import CountedEstimate, load_platform
from tests.papers.line import Line
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
PRINTED = "three digits are printed, and half a digit is more than 1 % of the least"
BEST = "the study's own mappings: the best are no worse"


def lines() -> Iterator[Line]:
    """Yield ALU and RF, that follow from the MACs, and DRAM, at most the study's own mappings'."""
    for name, (alu, dram, file) in PUBLISHED.items():
        found = load_platform("isca16_16x16").estimate(layer_of(LAYERS[name]))
        assert isinstance(found, CountedEstimate)
        by = dict.fromkeys(("mac", "dram", "register_file", "array", "global_buffer"), 0.0)
        for term in found.terms:
            by[term.level] += term.energy / 1e9
        paper, unit = "ISCA 2016, figure 10", "G"
        for what, expected, level in (("ALU", alu, "mac"), ("RF", file, "register_file")):
            figure = f"AlexNet {name} {what}"
            yield Line(paper, figure, expected, by[level], unit, 0.01, PRINTED, HALF_A_DIGIT)
        figure = f"AlexNet {name} DRAM"
        yield Line(paper, figure, dram, by["dram"], unit, 0.0, BEST, HALF_A_DIGIT, at_most=True)
