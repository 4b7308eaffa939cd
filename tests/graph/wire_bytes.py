"""Protobuf written by hand, for files that no library would write."""


def number(value: int) -> bytes:
    """Return a varint."""
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def integer(field: int, value: int) -> bytes:
    """Return a varint field."""
    return number(field << 3) + number(value)


def nested(field: int, content: bytes | str) -> bytes:
    """Return a length-delimited field: a message, bytes or a text."""
    data = content.encode() if isinstance(content, str) else content
    return number(field << 3 | 2) + number(len(data)) + data


def node(op: str, inputs: str, outputs: str, *attributes: bytes) -> bytes:
    """Return a node field of a graph; names are separated by spaces."""
    content = b"".join(nested(1, name) for name in inputs.split())
    content += b"".join(nested(2, name) for name in outputs.split())
    return nested(1, content + nested(4, op) + b"".join(nested(5, a) for a in attributes))


def value(field: int, name: str, *shape: int, dtype: int = 1) -> bytes:
    """Return an input (11), output (12) or value_info (13) field of a graph."""
    dims = b"".join(nested(1, integer(1, size % (1 << 64))) for size in shape)
    return nested(
        field, nested(1, name) + nested(2, nested(1, integer(1, dtype) + nested(2, dims)))
    )


def model(graph: bytes, opset: int = 13) -> bytes:
    """Return a model."""
    return integer(1, 8) + nested(7, graph) + nested(8, integer(2, opset))
