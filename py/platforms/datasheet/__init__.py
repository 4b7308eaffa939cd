"""Devices of which only a datasheet is known (public/devices): a roofline times the rated power.

``device`` is a file's figures, each with its source, ``read`` takes them from its JSON
(schema joulegraph/device/1), ``precision`` finds the peak that a layer runs at, ``roofline`` its
time, in the way of Paleo (Qi, Sparks and Talwalkar, ICLR 2017), and ``engine`` is the platform.
What it says is always an estimate.
"""

from py.platforms.datasheet.engine import Datasheet
from py.platforms.datasheet.read import SCHEMA, datasheet_from_json

__all__ = ["SCHEMA", "Datasheet", "datasheet_from_json"]
