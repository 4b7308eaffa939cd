"""The breakdown: what a network costs on a platform, layer by layer, and the forms it takes.

``price`` makes a ``Result`` from a model and a platform as the ``options`` have them, single layers
too (``chosen_layers``, ``expected``); ``result`` holds it and adds it up;
``rows`` writes it as CSV, ``text`` for the terminal, ``link`` as the fragment of a URL (the codec)
and ``state`` as what such a link carries; ``quantity`` writes a number with its unit.
"""

from py.breakdown.link import decode_link, encode_link
from py.breakdown.opened import changes, open_state, options_on
from py.breakdown.price import Options, platform_for, price
from py.breakdown.result import LayerResult, Result
from py.breakdown.rows import result_csv, results_csv
from py.breakdown.state import state_of
from py.breakdown.state_model import model_from_state
from py.breakdown.text import result_table

__all__ = [
    "LayerResult",
    "Options",
    "Result",
    "changes",
    "decode_link",
    "encode_link",
    "model_from_state",
    "open_state",
    "options_on",
    "platform_for",
    "price",
    "result_csv",
    "result_table",
    "results_csv",
    "state_of",
]
