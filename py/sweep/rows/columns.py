"""The columns of a sweep's rows and of their layers: name, type, unit and meaning.

They are the schema of ``rows.parquet`` and ``layers.parquet``, whose fields say unit and meaning in
their metadata, and the header of the CSV files. A cell of any column may be null, which is unknown
or not given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

import pyarrow as pa  # type: ignore[import-untyped]

from py.columns import safe_cell

Value = str | int | float | bool | None
Values = Mapping[str, Value]
Type = Literal["text", "whole", "number", "truth"]

MOST_WHOLE = (1 << 63) - 1
"""The largest count that a column of whole numbers holds."""

_ARROW: Mapping[Type, Any] = {
    "text": pa.string(),
    "whole": pa.int64(),
    "number": pa.float64(),
    "truth": pa.bool_(),
}
_EXPECTED: Mapping[Type, str] = {
    "text": "a text of Unicode characters",
    "whole": "a whole number of 64 bits",
    "number": "a finite number",
    "truth": "true or false",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``unit`` is empty where there is none, ``repeats`` says that many cells are equal.

    What repeats is written once to a file, in a dictionary.
    """

    name: str
    type: Type
    unit: str
    meaning: str
    repeats: bool = False

    def checked(self, value: Value) -> Value:
        """Return a value as the column holds it; a whole number may stand for any number.

        Raises:
            ValueError: naming the column, what it holds and what was got.
        """
        if value is None:
            return None
        if isinstance(value, bool):  # which is an int as well, and has columns of its own
            if self.type == "truth":
                return value
        elif isinstance(value, float):
            if self.type == "number" and isfinite(value):
                return value
        elif isinstance(value, int):
            if self.type in ("whole", "number") and abs(value) <= MOST_WHOLE:
                return value if self.type == "whole" else float(value)
        elif self.type == "text" and isinstance(value, str) and _is_unicode(value):
            return value
        raise ValueError(f"{self.name}: {_EXPECTED[self.type]}, got {value!r:.80}")

    def field(self) -> Any:
        """Return the column as a field of an Arrow schema."""
        facts = {"unit": self.unit, "meaning": self.meaning}
        return pa.field(self.name, _ARROW[self.type], metadata=facts)


def csv_cell(value: Value) -> str:
    """Return what CSV says of a value: nothing of an unknown one, all digits of a number.

    A text is one that no spreadsheet runs as a formula.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_cell(value)
    return str(value).lower() if isinstance(value, bool) else repr(value)


def schema_of(columns: Sequence[Column], metadata: Mapping[bytes, bytes] | None = None) -> Any:
    """Return the Arrow schema of columns (a ``pyarrow.Schema``)."""
    return pa.schema([column.field() for column in columns], metadata=metadata)


def _is_unicode(text: str) -> bool:
    """Whether a text can be written: names of files may hold bytes that are no characters."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(name: str, meaning: str, *, repeats: bool = True) -> Column:
    return Column(name, "text", "", meaning, repeats)


def _number(name: str, unit: str, meaning: str) -> Column:
    return Column(name, "number", unit, meaning)


_ID = _text("id", "Hash of the combination: of the model's content, the platform and the options.")

ROW_COLUMNS: tuple[Column, ...] = (
    Column("id", "text", "", _ID.meaning),
    _text("status", "ok, partial where something got no estimate, or failed."),
    _text("reason_code", "Why it is not ok, as a code that does not change."),
    _text("reason", "Why it is not ok, in words."),
    _text("model", "The network's name."),
    _text("model_path", "The file that the network was read from, as it was given or found."),
    _text("model_sha256", "SHA-256 of that file's content."),
    _text("platform", "The platform's id."),
    _text("platform_kind", "accelerator, measured or datasheet."),
    _text("platform_hash", "The first 16 hex digits of the SHA-256 of the platform's file."),
    Column("batch", "whole", "inferences", "How many inferences the quantities are for.", True),
    _text("bits", "Widths chosen for weights and activations, as --bits has them."),
    _text("dims", "Sizes chosen for free dimensions, as --dim has them."),
    _text("zeros", "Zero fractions chosen for layers, as --zeros has them."),
    _text("exits", "Early exits and the share of inferences that leaves there, as --exit has it."),
    _text("array", "PEs along the axes of an accelerator's array in place of its file's."),
    _text("capacity", "Capacities of memory levels in place of the file's, as --capacity has it."),
    _text("dataflow", "The accelerator's dataflow, where one was asked for."),
    _text("objective", "Of what a mapping has the least, where that was asked for."),
    Column("clock_hz", "number", "Hz", "An accelerator's clock in place of its file's.", True),
    Column("macs", "whole", "MACs", "Multiply-accumulates of the whole batch.", True),
    Column("parameters", "whole", "elements", "Parameters; shared ones count once.", True),
    _number("energy_j", "J", "Energy of the whole batch."),
    _number("energy_low_j", "J", "The low end of its interval, which holds it in 8 cases of 10."),
    _number("energy_high_j", "J", "The high end of that interval."),
    _number("energy_macs", "MAC energies", "Energy in those of one MAC at the native width."),
    _number("time_s", "s", "Time of the whole batch."),
    _number("time_low_s", "s", "The low end of its interval, which holds it in 8 cases of 10."),
    _number("time_high_s", "s", "The high end of that interval."),
    _number("power_w", "W", "Mean power over that time."),
    _number("per_inference_energy_j", "J", "Energy of one inference of the batch."),
    _number("per_inference_time_s", "s", "Time of the batch, divided by its inferences."),
    _number("macs_share_covered", "1", "Share of the MACs that got an estimate."),
    _number("accuracy", "1", "Share of answers that are right, as it was given."),
    _number("top_error", "1", "Share of answers that are wrong, as it was given."),
    _text("notes", "Codes of the notes that py.estimate would tell of this result."),
    _text("link", "The address that shows this breakdown.", repeats=False),
)
"""What there is to say of a combination, in the order of the files."""

LAYER_COLUMNS: tuple[Column, ...] = (
    _ID,
    Column("layer_index", "whole", "", "Place in the network, then of what got no estimate.", True),
    _text("name", "The layer's name."),
    _text("kind", "What the layer computes: conv, dense, pool, ..."),
    _text("op_types", "The graph's operators folded into it."),
    Column("macs", "whole", "MACs", "Multiply-accumulates of all runs.", True),
    Column("ops", "whole", "operations", "Operations other than MACs, of all runs.", True),
    Column("parameters", "whole", "elements", "Parameters of the layer.", True),
    _number("energy_j", "J", "Energy of all runs."),
    _number("energy_macs", "MAC energies", "Energy in those of one MAC at the native width."),
    _number("time_s", "s", "Time of all runs."),
    _number("power_w", "W", "Mean power over that time."),
    _text("origin", "measured, modelled, datasheet; or not modelled: there is no estimate."),
    _number("energy_low_j", "J", "The low end of its interval, which holds it in 8 cases of 10."),
    _number("energy_high_j", "J", "The high end of that interval."),
    _number("time_low_s", "s", "The low end of its interval, which holds it in 8 cases of 10."),
    _number("time_high_s", "s", "The high end of that interval."),
    Column("in_range", "truth", "", "Whether the platform was measured where the layer lies."),
)
"""What there is to say of a layer of a combination."""

BY_NAME: Mapping[str, Column] = {column.name: column for column in ROW_COLUMNS}
"""The columns of a row by name."""
LAYERS_BY_NAME: Mapping[str, Column] = {column.name: column for column in LAYER_COLUMNS}
"""The columns of a row's layer by name."""
