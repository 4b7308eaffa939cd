"""The protobuf wire format: tags, varints, and what is wrong with bytes that are neither.

Terms: a *message* is a run of *fields*; each begins with a *tag*, the field's number and wire type.
A *varint* is a number of 1 to 10 bytes, seven bits in each.
"""

from py.errors import JoulegraphError

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
MAX_FIELD_NUMBER = (1 << 29) - 1
_REMEDY = "Export the model again, or copy the file again from where it came."


def varint_tag(number: int) -> int:
    """Return the tag of varint field ``number``."""
    return number << 3 | VARINT


def length_tag(number: int) -> int:
    """Return the tag of length-delimited field ``number`` (text, bytes, message, packed list)."""
    return number << 3 | LENGTH


def fixed32_tag(number: int) -> int:
    """Return the tag of 4-byte field ``number``."""
    return number << 3 | FIXED32


def fixed64_tag(number: int) -> int:
    """Return the tag of 8-byte field ``number``."""
    return number << 3 | FIXED64


def signed(value: int) -> int:
    """Return a varint's 64 bits as the int64 that ONNX means."""
    return value - (1 << 64) if value >> 63 else value


def malformed(position: int, what: str) -> JoulegraphError:
    """Return the error for bytes that are no protobuf."""
    return JoulegraphError(
        "malformed", f"The file is damaged at byte {position:,}: {what}.", _REMEDY
    )


class PastEndError(JoulegraphError):
    """A field that runs past the end of its message; for the outermost, the file is cut off."""

    def __init__(self, position: int) -> None:
        text = (
            f"The file is damaged at byte {position:,}: a field runs past the end of its message."
        )
        super().__init__("malformed", text, _REMEDY)


def varint(data: bytes, position: int, end: int, base: int = 0) -> tuple[int, int]:
    """Return the varint at ``position`` and where it ends; ``base`` is added to it in messages."""
    value = 0
    for shift in range(0, 70, 7):
        if position >= end:
            raise PastEndError(base + position)
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, position
    raise malformed(base + position, "a number of more than 10 bytes")
