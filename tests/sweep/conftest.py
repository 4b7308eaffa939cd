"""What tests of sweeps share."""

from pathlib import Path

import pytest

from tests.models import conv_net


@pytest.fixture
def net(tmp_path: Path) -> str:
    """A small model with a free batch, ``N``, as a file's path."""
    path = tmp_path / "net.onnx"
    path.write_bytes(conv_net("N"))
    return str(path)
