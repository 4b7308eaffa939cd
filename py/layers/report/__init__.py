"""What is in a model, without any platform: as JSON, as CSV, and as a table for people.

The table groups layers into blocks by the names that exporters write (``place``, ``tree``), shows
blocks in a row that are alike once (``repeats``), opens as many as fit on a screen (``view``), and
puts what the model is above them (``heading``) and what they come to below (``totals``). Every
column adds up: a block is the sum of what is in it, ``times`` as often where that stands for
several.
"""

from py.layers.report.document import SCHEMA, model_json
from py.layers.report.spreadsheet import model_csv
from py.layers.report.table import model_table

__all__ = ["SCHEMA", "model_csv", "model_json", "model_table"]
