"""What Yang et al. 2017 leave open, as a grid: batch, coded levels, spared accesses.

Run as ``python -m tests.benchmarks.conventions_grid``. Prints energy per image and shares of
AlexNet and GoogLeNet with their zero fractions, beside the paper's numbers; the line of the shipped
platform is marked.
"""

import itertools
import sys

from tests.papers.reproduction import BATCH, estimated, eyeriss, reproduced
from tests.platforms.accelerator.edited import EYERISS

BATCHES = (1, 4, 16, 64)
CODED = {
    "none": [],
    "DRAM": ["levels.0"],
    "DRAM, buffer": ["levels.0", "levels.1"],
    "all levels": ["levels.0", "levels.1", "network", "levels.2"],
}
SPARED = {
    "none": [],
    "weight": ["weight"],
    "weight, psum": ["weight", "psum"],
    "all": ["ifmap", "weight", "psum"],
}
SHIPPED = (BATCH, "DRAM", "weight, psum")


def main() -> None:
    """Print the grid."""
    write = sys.stdout.write
    write("energies per image in 1e9 MAC energies; layers are CONV and FC, or all\n")
    left = f"{'batch':>5}  {'coded':12}  {'spared':12}"
    write(f"{left}  AlexNet: layers   all  conv   FC  GoogLeNet: layers   all  MACs  maps\n")
    paper = f"{'paper':>5}  {'':12}  {'':12}"
    write(f"{paper}  {3.9:15.2f}  {'':4}   72%  28%  {7.4:17.2f}  {'':4}   10%   68%\n")
    for batch, coded, spared in itertools.product(BATCHES, CODED, SPARED):
        coding = EYERISS["levels"][0]["coding"]
        none = {**coding, "value": {"method": "none", "tensors": []}}
        changes = {"levels.0.coding": none} | {f"{place}.coding": coding for place in CODED[coded]}
        platform = eyeriss({**changes, "conventions.spared.value": SPARED[spared]})
        alexnet = reproduced(estimated("alexnet", platform, batch=batch))
        googlenet = reproduced(estimated("googlenet", platform, batch=batch))
        mark = "  <- shipped" if (batch, coded, spared) == SHIPPED else ""
        write(
            f"{batch:5}  {coded:12}  {spared:12}  {alexnet.covered / 1e9:15.2f}"
            f"  {alexnet.everything / 1e9:4.2f}  {alexnet.conv:4.0%} {alexnet.dense:4.0%}"
            f"  {googlenet.covered / 1e9:17.2f}  {googlenet.everything / 1e9:4.2f}"
            f"  {googlenet.computation:4.0%}  {googlenet.feature_maps:4.0%}{mark}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
