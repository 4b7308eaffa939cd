"""A row as bytes, and the digest that tells whether they are all there.

The digest hangs on the plan and on the columns too: a row of another sweep does not pass for one of
this, wherever it is read from.
"""

import hashlib
import json
import zlib
from typing import NamedTuple

from py.sweep.rows.columns import LAYER_COLUMNS, ROW_COLUMNS
from py.sweep.rows.row import Row

_FORM = 1
_DIGEST_BYTES = 16
_ROW = tuple(column.name for column in ROW_COLUMNS)
_LAYER = tuple(column.name for column in LAYER_COLUMNS)


class Packed(NamedTuple):
    """A row in the place that it has in the plan, with the digest of its content."""

    place: int
    digest: bytes
    body: bytes


class Packer:
    """Packs and unpacks the rows of one plan; ``plan`` tells it from others, in hex digits."""

    def __init__(self, plan_digest: str) -> None:
        form = json.dumps([_FORM, plan_digest, _ROW, _LAYER])
        self.plan = hashlib.sha256(form.encode()).hexdigest()
        self._key = bytes.fromhex(self.plan)

    def packed(self, row: Row) -> Packed:
        content = [
            row.id,
            [row.values[name] for name in _ROW],
            [[layer[name] for name in _LAYER] for layer in row.layers],
        ]
        text = json.dumps(content, separators=(",", ":"), allow_nan=False).encode()
        return Packed(row.place, self._digest(row.place, text), zlib.compress(text, 1))

    def unpacked(self, packed: Packed) -> Row | None:
        """Return the row, None where its bytes are not what they were."""
        text = self._text(packed)
        if text is None:
            return None
        own, values, layers = json.loads(text)
        return Row(
            packed.place,
            own,
            dict(zip(_ROW, values, strict=True)),
            tuple(dict(zip(_LAYER, layer, strict=True)) for layer in layers),
        )

    def is_whole(self, packed: Packed) -> bool:
        """Whether a row's bytes are what they were."""
        return self._text(packed) is not None

    def _text(self, packed: Packed) -> bytes | None:
        try:
            text = zlib.decompress(packed.body)
        except (zlib.error, TypeError):  # a damaged page gives nulls and numbers too
            return None
        return text if self._digest(packed.place, text) == packed.digest else None

    def _digest(self, place: int, text: bytes) -> bytes:
        found = hashlib.blake2b(f"{place}:".encode(), digest_size=_DIGEST_BYTES, key=self._key)
        found.update(text)
        return found.digest()
