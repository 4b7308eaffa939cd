"""How much memory is free, as the kernel and a container's limit say."""

from pathlib import Path

import pytest

from py.measure.capture.memory import too_large
from py.measure.machine.free_memory import free_bytes
from py.measure.machine.host import Host
from py.measure.machine.tree import Tree
from tests.measure.machine.made_machines import MACHINES
from tests.measure.meters.fake_clock import FakeClock

MEMINFO = "MemTotal:       32000000 kB\nMemFree: 1 kB\nMemAvailable:   16000000 kB\n"
GROUP = "sys/fs/cgroup"
OLD_GROUP = "sys/fs/cgroup/memory"


def _tree(root: Path, **files: str) -> Tree:
    names = {"meminfo": "proc/meminfo"}
    for name, text in files.items():
        path = root / names.get(name, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
    return Tree(root)


@pytest.mark.parametrize(
    ("files", "free"),
    [
        ({}, None),
        ({"meminfo": "nonsense"}, None),
        ({"meminfo": MEMINFO}, 16_000_000 * 1024),
        (
            {
                "meminfo": MEMINFO,
                f"{GROUP}/memory.max": "3000000000\n",
                f"{GROUP}/memory.current": "2000000000\n",
            },
            1_000_000_000,
        ),
        (
            {
                "meminfo": MEMINFO,
                f"{GROUP}/memory.max": "3000000000\n",
                f"{GROUP}/memory.current": "2000000000\n",
                f"{GROUP}/memory.stat": "anon 5\ninactive_file 500000000\n",
            },
            1_500_000_000,
        ),
        ({"meminfo": MEMINFO, f"{GROUP}/memory.max": "max\n"}, 16_000_000 * 1024),
        (
            {
                "meminfo": MEMINFO,
                f"{OLD_GROUP}/memory.limit_in_bytes": "1000\n",
                f"{OLD_GROUP}/memory.usage_in_bytes": "2000\n",
            },
            0,
        ),
    ],
)
def test_the_least_of_what_is_said_counts(
    tmp_path: Path, files: dict[str, str], free: int | None
) -> None:
    host = Host(tree=_tree(tmp_path, **files), system="Linux")
    assert free_bytes("cpu", host) == free


def test_a_gpu_of_which_nobody_speaks(tmp_path: Path) -> None:
    assert free_bytes("cuda:63", Host(tree=Tree(tmp_path))) is None


def test_a_mac_says_what_it_can_give_up(tmp_path: Path) -> None:
    mac = MACHINES["mac"](tmp_path, FakeClock())
    assert free_bytes("cpu", mac) == (20_000 + 290_000 + 5_000) * 16_384


def test_a_shape_is_too_large_only_where_that_is_known() -> None:
    assert too_large(12_345_000_000, 8_000_000_000) == "needs 12.3 GB, 8.0 GB are free"
    assert too_large(8_000_000_000, 8_000_000_000) is None
    assert too_large(None, 1) is None
    assert too_large(1, None) is None
