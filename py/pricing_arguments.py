"""The arguments that say how a model is priced, as the terminal programs share them."""

import argparse

from py.platforms.accelerator.mapper.worth import OBJECTIVES
from py.platforms.load import DEFAULT_PLATFORM
from py.what_if_options import add_what_if_arguments


def add_pricing_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the platform, and what ``py.answers`` reads besides."""
    parser.add_argument(
        "--platform",
        action="append",
        metavar="ID|FILE.json",
        help=f"what it runs on; more than one for several results (default: {DEFAULT_PLATFORM})",
    )
    parser.add_argument(
        "--dataflow",
        metavar="NAME",
        help="one of the platform's dataflows, or any for all mappings (default: its first)",
    )
    parser.add_argument(
        "--calibrate",
        metavar="FILE",
        help="scale a measured platform by measured times of networks: a table with the columns "
        "model, batch, runtime_ms and power_w; none takes back what a link says",
    )
    parser.add_argument(
        "--objective",
        choices=OBJECTIVES,
        help="of what the mapping of each layer has the least (default: energy)",
    )
    parser.add_argument(
        "--capacity",
        action="append",
        metavar="LEVEL=BYTES",
        help="another capacity of a memory level, such as global_buffer=200KiB (inside the PEs: of "
        "each PE); what a word costs there follows by the platform's rule; none takes back those "
        "of a link",
    )
    parser.add_argument(
        "--fuse",
        action=argparse.BooleanOptionalAction,
        help="say too what fusing pairs of layers would save, where the feature map between them "
        "fits on chip",
    )
    parser.add_argument("--batch", metavar="N", help="inferences at once")
    parser.add_argument(
        "--bits",
        action="append",
        metavar="[LAYER:]N|w=8,a=8",
        help="widths of weights and activations; those of a layer go before those of all",
    )
    parser.add_argument(
        "--density",
        action="append",
        metavar="FILE|weights|none",
        help="zero fractions per layer (default: MODEL's name with .density.json, if there is "
        "one), or weights: count those in the model's weights; both may be given",
    )
    add_what_if_arguments(parser)
