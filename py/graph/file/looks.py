"""What a file that is no ONNX model looks like, so that the error can say it."""

from py.errors import JoulegraphError

_EXPORT = "Export the model to ONNX and choose that file."
_UNPACK = "Unpack it and choose the .onnx file inside."

# (offset, bytes there, what it is, what to do); formats' own specifications.
_MAGIC: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "a PNG picture", _EXPORT),
    (0, b"\xff\xd8\xff", "a JPEG picture", _EXPORT),
    (0, b"GIF8", "a GIF picture", _EXPORT),
    (0, b"RIFF", "a RIFF file (WebP, WAV or AVI)", _EXPORT),
    (0, b"%PDF", "a PDF document", _EXPORT),
    (0, b"\x1f\x8b", "a gzip archive", _UNPACK),
    (0, b"BZh", "a bzip2 archive", _UNPACK),
    (0, b"\xfd7zXZ", "an xz archive", _UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK),
    (0, b"7z\xbc\xaf", "a 7-Zip archive", _UNPACK),
    (257, b"ustar", "a tar archive", _UNPACK),
    (0, b"\x89HDF", "an HDF5 file (Keras .h5)", "Convert it with tf2onnx and choose the result."),
    (4, b"TFL3", "a TensorFlow Lite model", "Convert it with tf2onnx and choose the result."),
    (4, b"ORTM", "an ONNX Runtime .ort model", "Choose the .onnx file that it was made from."),
    (0, b"GGUF", "a GGUF model", _EXPORT),
    (0, b"\x93NUMPY", "a NumPy array", _EXPORT),
    (0, b"\x7fELF", "a program", _EXPORT),
    (0, b"version https://git-lfs", "a Git LFS pointer", "Run git lfs pull and choose the file."),
)
_PYTORCH = "Export the model with torch.onnx.export and choose that file."


def looks_like(head: bytes) -> tuple[str, str] | str:
    """Return what the first bytes of a file show it to be and what to do, or an empty text."""
    for offset, magic, what, remedy in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return what, remedy
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        if b"data.pkl" in head or b"/version" in head:
            return "a PyTorch file (a ZIP archive of pickles)", _PYTORCH
        return "a ZIP archive", _UNPACK
    if head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05" and len(head) > 1:
        return "a Python pickle (PyTorch's old format, or scikit-learn's)", _PYTORCH
    if not any(head):
        return "a file of zero bytes only", "Copy or download the file again."
    if b"{" in head[8:10] and head[2:8] == bytes(6):
        return "a safetensors file, which has weights and no graph", _EXPORT
    return _text_look(head)


def _text_look(head: bytes) -> tuple[str, str] | str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<body")):
        return "an HTML page", "The download link led to a page; fetch the file itself."
    if start.startswith(b"<"):
        return "an XML file", _EXPORT
    # Every ONNX model has control bytes among its first; only a text has none.
    if len(head) >= 4 and not any(b < 9 or 13 < b < 32 or b == 127 for b in head):
        try:
            head[:-4].decode("utf-8")
        except UnicodeDecodeError:
            return ""
        return "a text file", _EXPORT
    return ""


def not_onnx(look: tuple[str, str] | str, size_bytes: int) -> JoulegraphError:
    """Return the error for a file that is no ONNX model."""
    if isinstance(look, str):
        return JoulegraphError(
            "not-onnx",
            f"The file ({size_bytes:,} bytes) is not an ONNX model; its bytes have another form.",
            _EXPORT,
        )
    what, remedy = look
    return JoulegraphError(
        "not-onnx",
        f"The file ({size_bytes:,} bytes) is not an ONNX model: it looks like {what}.",
        remedy,
    )
