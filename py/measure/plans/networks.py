"""Whole networks that a plan may run: the project's samples."""

from pathlib import Path

from py.platforms.load import PUBLIC, is_platform_id

QUICK_NETWORKS = ("alexnet", "squeezenet1_1", "mobilenet_v2", "resnet18", "googlenet")
NETWORKS = (
    *QUICK_NETWORKS,
    *("vgg16", "resnet50", "shufflenet_v2", "squeezenet1_0", "nin", "overfeat", "cifar10_6conv"),
    "lenet5",
)


def network_path(name: str) -> Path:
    """Return the file of a sample.

    Raises:
        ValueError: there is no such sample.
    """
    path = PUBLIC / "models" / f"{name}.onnx"
    if not is_platform_id(name) or not path.is_file():
        raise ValueError(f"network: the name of a sample, got {name[:40]!r}")
    return path
