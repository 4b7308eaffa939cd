"""The package torch, which may not be there, and the device that is asked for."""

import importlib
import re
from typing import Any

from py.errors import JoulegraphError


def torch_package() -> Any:
    """Return torch, imported only now.

    Raises:
        JoulegraphError: ``runner-missing``.
    """
    try:
        return importlib.import_module("torch")
    except ImportError as error:
        raise JoulegraphError(
            "runner-missing",
            f"The runner torch needs the package torch, which can't be imported: {error}.",
            "Install it as pytorch.org says for this device, or take --runner onnxruntime.",
        ) from None


def torch_device(torch: Any, name: str) -> Any:
    """Return the device that a name means.

    Raises:
        JoulegraphError: ``device-unknown``, ``device-missing``.
    """
    if re.fullmatch(r"cpu|cuda(:\d{1,3})?", name) is None:
        raise JoulegraphError(
            "device-unknown",
            f"A device of the torch runner is cpu, cuda or cuda:N, got {name[:40]!r}.",
            "Choose another with --device.",
        )
    if name == "cpu":
        return torch.device("cpu")
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    number = int(name.partition(":")[2] or 0)
    if number >= count:
        raise JoulegraphError(
            "device-missing",
            f"The device {name} is not there: torch {torch.__version__} sees {count} CUDA devices.",
            "Choose another with --device, or install a torch that is built for CUDA.",
        )
    return torch.device("cuda", number)
