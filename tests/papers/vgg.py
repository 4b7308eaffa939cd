"""VGG-16 on the Eyeriss chip: what was measured, and the mapping that it follows from.

Measured: JSSC 52(1) 2017 (Chen, Krishna, Emer, Sze), table VI, at a batch of 3 and 200 MHz. Zero
fractions of ofmaps: those that CNNergy uses.

**The mapping is not published.** It is inferred here from three columns of table VI, and from how
AlexNet was run; power and latency are not among them, so that they test it:

- p = 16 filters in a PE and m = 64 filters' psums in the global buffer, as in table III;
- active PEs: 156 are 3 filter rows of 4 sets 13 wide; 168 are 8 sets 7 wide, or 4 sets 14 wide;
- what the buffer reads and writes is mostly psums, once each way for every pass: it tells how many
  channels a pass adds (q * r): 1, 1, 2, 4 and 8 in the five blocks;
- DRAM traffic tells how many ifmaps share the weights of a pass (n): 1, 1, 1, 3 and 3;
- psums of 64 filters of 13 rows have room in the buffer for 56 columns: wider ofmaps are taken in
  parts of 56.

With it each layer's buffer traffic is within 4 % of the table, and DRAM traffic in all within 5 %.
"""

from typing import Any

from tests.papers.chip import Measured, Row, Tiles

BATCH = 3
_BLOCKS = {
    1: Tiles(m=64, n=1, e=13, p=16, q=1, r=1, t=4, f=56),
    2: Tiles(m=64, n=1, e=13, p=16, q=1, r=1, t=4, f=56),
    3: Tiles(m=64, n=1, e=13, p=16, q=2, r=1, t=4),
    4: Tiles(m=64, n=3, e=7, p=16, q=2, r=2, t=4),
    5: Tiles(m=64, n=3, e=14, p=16, q=4, r=2, t=2),
}


def _row(block: int, channels: int, filters: int, *measured: Any) -> Row:
    tiles, ofmap = _BLOCKS[block], 448 >> block
    return Row(ofmap + 2, 3, ofmap, channels, filters, 1, tiles, 1, Measured(*measured), BATCH)


VGG = {
    "CONV1-1": _row(1, 3, 64, 247, 76.2, 38.0, 156, 0.016, 112.6, 15.4, 0.4711),
    "CONV1-2": _row(1, 64, 64, 218, 910.3, 810.6, 156, 0.477, 2402.8, 54.0, 0.3136),
    "CONV2-1": _row(2, 64, 128, 242, 470.3, 405.3, 156, 0.248, 1201.4, 33.4, 0.3396),
    "CONV2-2": _row(2, 128, 128, 231, 894.3, 810.8, 156, 0.387, 2402.8, 48.5, 0.5199),
    "CONV3-1": _row(3, 128, 256, 254, 241.1, 204.0, 156, 0.397, 607.4, 20.2, 0.4795),
    "CONV3-2": _row(3, 256, 256, 235, 460.9, 408.1, 156, 0.581, 1214.8, 32.2, 0.4886),
    "CONV3-3": _row(3, 256, 256, 233, 457.7, 408.1, 156, 0.587, 1214.8, 30.8, 0.6991),
    "CONV4-1": _row(4, 256, 512, 278, 135.8, 105.1, 168, 0.643, 321.8, 17.8, 0.6533),
    "CONV4-2": _row(4, 512, 512, 261, 254.8, 210.0, 168, 0.747, 643.7, 28.6, 0.7075),
    "CONV4-3": _row(4, 512, 512, 240, 246.3, 210.0, 168, 0.854, 643.7, 22.8, 0.873),
    "CONV5-1": _row(5, 512, 512, 258, 54.3, 48.3, 168, 0.794, 90.0, 6.3, 0.7651),
    "CONV5-2": _row(5, 512, 512, 236, 53.7, 48.5, 168, 0.874, 90.0, 5.7, 0.7977),
    "CONV5-3": _row(5, 512, 512, 230, 53.7, 48.5, 168, 0.885, 90.0, 5.6, 0.932),
}
TOTAL = Measured(236, 4309.5, 3755.2, 158, 0.586, 11035.8, 321.1, None)
"""VGG-16's convolutions in all, as table VI has them."""
