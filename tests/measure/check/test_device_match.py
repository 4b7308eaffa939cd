"""Which published device is meant by the names that drivers and kernels give."""

import pytest

from py.measure.check.device_match import device_called
from py.platforms.load import load_platform, shipped_platforms


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("NVIDIA H200", "h200-sxm-141gb"),
        ("NVIDIA H100 80GB HBM3", None),  # two boards have 80 GB
        ("NVIDIA A100-PCIE-40GB", "a100-pcie-40gb"),
        ("NVIDIA A100-SXM4-80GB", "a100-sxm4-80gb"),
        ("NVIDIA A100 80GB PCIe", "a100-pcie-80gb"),
        ("Tesla V100-SXM2-16GB", "v100-sxm2-16gb"),
        ("Tesla T4", "t4"),
        ("Tesla P4", "p4"),
        ("NVIDIA GeForce RTX 4090", "rtx-4090"),
        ("NVIDIA GeForce GTX 1080", "gtx-1080"),
        ("NVIDIA GeForce GTX 1080 Ti", "gtx-1080-ti"),
        ("NVIDIA RTX A6000", "rtx-a6000"),
        ("NVIDIA L4", "l4"),
        ("NVIDIA L40S", "l40s"),
        ("Intel(R) Xeon(R) Gold 6226 CPU @ 2.70GHz", "xeon-gold-6226"),
        ("Intel(R) Xeon(R) CPU E5-2650 v4 @ 2.20GHz", "xeon-e5-2650-v4"),
        ("Intel(R) Core(TM) i7-7700K CPU @ 4.20GHz", "core-i7-7700k"),
        ("AMD EPYC 7742 64-Core Processor", "epyc-7742"),
        ("Apple M1", None),  # of which there are four
        ("Apple M1 Pro", "apple-m1-pro"),
        ("AMD EPYC", None),
        ("AMD Ryzen 9 7950X 16-Core Processor", None),
        ("NVIDIA", None),
        ("", None),
        ("made-up processor", None),
    ],
)
def test_a_name_is_that_of_one_device_or_of_none(name: str, identity: str | None) -> None:
    found = device_called(name)
    assert (found.id if found is not None else None) == identity


def test_every_device_is_found_by_its_own_name() -> None:
    for identity in shipped_platforms("datasheet"):
        found = device_called(load_platform(identity).name)
        assert found is not None, identity
        assert found.id == identity
