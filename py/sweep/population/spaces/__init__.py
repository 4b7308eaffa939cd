"""Search spaces from their definitions: each architecture as a network and as an ONNX file."""
