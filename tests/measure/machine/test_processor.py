"""Processors, clocks, memory: what the kernel's files say in their several forms."""

from pathlib import Path

import pytest

from py.measure.machine.clocks import Clocks, read_clocks
from py.measure.machine.memory import read_memory, read_share
from py.measure.machine.processor import Cache, Processor, read_processor
from py.measure.machine.system import read_system
from py.measure.machine.tree import Tree
from tests.measure.machine.made_machines import clocked, host_of, processors, write

CPU = "sys/devices/system/cpu"


def test_cores_and_sockets_are_counted_by_topology(tmp_path: Path) -> None:
    processors(tmp_path, "Made CPU", "GenuineIntel", 2, 8, 2, "avx2 amx_int8 unheard_of")
    found = read_processor(Tree(tmp_path))
    assert (found.sockets, found.cores, found.threads) == (2, 16, 32)
    assert found.hyper_threading is True
    assert found.features == ("avx2", "amx_int8")
    assert found.last_level_cache_bytes == 39936 * 1024
    assert found.caches[-1] == Cache(3, "unified", 39936 * 1024, 2)
    assert found.caches[0] == Cache(1, "data", 48 * 1024, 16)
    assert (found.vendor, found.family, found.microcode) == ("Intel", 6, "0xd0003e7")
    assert found.hypervisor is False


def test_hyper_threading_switched_off_is_told_by_the_kernel(tmp_path: Path) -> None:
    processors(tmp_path, "Made CPU", "AuthenticAMD", 1, 4, 1)
    assert read_processor(Tree(tmp_path)).hyper_threading is False


def test_without_topology_cpuinfo_counts(tmp_path: Path) -> None:
    blocks = "\n".join(
        f"processor : {cpu}\nphysical id : 0\ncore id : {cpu % 2}\ncache size : 512 KB\n"
        for cpu in range(4)
    )
    write(tmp_path, {"proc/cpuinfo": blocks})
    found = read_processor(Tree(tmp_path))
    assert (found.sockets, found.cores, found.threads) == (1, 2, 4)
    assert found.hyper_threading is True
    assert found.last_level_cache_bytes == 512 * 1024


def test_an_arm_core_has_the_name_of_its_number(tmp_path: Path) -> None:
    text = "processor\t: 0\nFeatures\t: fp asimd sve bf16\nCPU implementer\t: 0x41\n"
    write(tmp_path, {"proc/cpuinfo": f"{text}CPU part\t: 0xd40\n"})
    found = read_processor(Tree(tmp_path))
    assert (found.name, found.vendor) == ("Arm Neoverse-V1", "Arm")
    assert found.features == ("asimd", "bf16", "sve")
    assert found.hypervisor is None  # an ARM processor does not say


def test_nothing_there_is_nothing_known(tmp_path: Path) -> None:
    assert read_processor(Tree(tmp_path)) == Processor()
    assert read_clocks(Tree(tmp_path)) == Clocks()


def test_clocks_are_in_mhz(tmp_path: Path) -> None:
    clocked(tmp_path, 2, "performance", (2_100_000, 800_000, 3_300_000, 2_400_000))
    write(
        tmp_path,
        {
            f"{CPU}/cpu1/cpufreq/scaling_cur_freq": 3_000_000,
            f"{CPU}/cpu1/cpufreq/scaling_governor": "powersave",
            f"{CPU}/cpufreq/boost": 1,
        },
    )
    found = read_clocks(Tree(tmp_path))
    assert (found.base_mhz, found.min_mhz, found.max_mhz) == (2100, 800, 3300)
    assert found.current_mhz == 2700
    assert found.governor == "performance, powersave"
    assert found.turbo is True


def test_no_turbo_is_the_other_way_round(tmp_path: Path) -> None:
    write(tmp_path, {f"{CPU}/intel_pstate/no_turbo": 1, f"{CPU}/cpufreq/boost": 1})
    assert read_clocks(Tree(tmp_path)).turbo is False


def test_a_name_may_hold_the_base_clock(tmp_path: Path) -> None:
    assert read_clocks(Tree(tmp_path), "Xeon E5-2620 v4 @ 2.10GHz").base_mhz == 2100


def test_memory_and_its_limits(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "proc/meminfo": "MemTotal: 1000 kB\nMemAvailable: 600 kB\nSwapTotal: 0 kB\nX: y",
            "proc/self/cgroup": "7:cpu,cpuacct:/a/b\n6:memory:/a\n0::/",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": 9223372036854771712,
            "sys/fs/cgroup/memory/a/memory.limit_in_bytes": 512_000,
            "sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": 150000,
            "sys/fs/cgroup/cpu/a/cpu.cfs_period_us": 100000,
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": -1,
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": 100000,
            "proc/self/status": "Name:\tx\nCpus_allowed_list:\t0-1,4",
        },
    )
    memory, share = read_memory(Tree(tmp_path)), read_share(Tree(tmp_path))
    assert (memory.total_bytes, memory.available_bytes) == (1_024_000, 614_400)
    assert memory.limit_bytes == 512_000
    assert (memory.swap_total_bytes, memory.swap_used_bytes) == (0, None)
    assert (share.threads, share.quota_cpus) == (3, 1.5)


@pytest.mark.parametrize(
    ("text", "quota"), [("max 100000", None), ("200000 100000", 2.0), ("50000", 0.5), ("0 0", None)]
)
def test_quotas_of_version_2(tmp_path: Path, text: str, quota: float | None) -> None:
    write(
        tmp_path,
        {"proc/self/cgroup": "0::/made.slice/one", "sys/fs/cgroup/made.slice/cpu.max": text},
    )
    assert read_share(Tree(tmp_path)).quota_cpus == quota


def test_a_group_can_not_lead_out_of_its_tree(tmp_path: Path) -> None:
    write(tmp_path, {"x/memory.max": 5000, "root/proc/self/cgroup": "0::/../../../../x"})
    assert read_memory(Tree(tmp_path / "root")).limit_bytes is None


@pytest.mark.parametrize(
    ("release", "told"),
    [
        ("6.8.0-51-generic", "Linux 6.8.0-generic"),
        ("6.1.0-1023-aws", "Linux 6.1.0-aws"),
        ("5.15.153.1-microsoft-standard-WSL2", "Linux 5.15.153.1-microsoft-WSL2"),
        ("6.12.5-200.fc41.x86_64", "Linux 6.12.5-fc41"),
        ("6.5.0-rc3-marvins-box", "Linux 6.5.0-rc3"),
        ("marvin", None),
    ],
)
def test_a_kernels_own_suffix_is_not_told(tmp_path: Path, release: str, told: str | None) -> None:
    write(tmp_path, {"proc/sys/kernel/osrelease": release})
    assert read_system(host_of(tmp_path)).kernel == told


@pytest.mark.parametrize(
    "vendor", ["To Be Filled By O.E.M.", "System manufacturer", "Default string"]
)
def test_placeholders_are_no_model(tmp_path: Path, vendor: str) -> None:
    write(tmp_path, {"sys/class/dmi/id/sys_vendor": vendor})
    assert read_system(host_of(tmp_path)).model is None
    write(tmp_path, {"sys/class/dmi/id/product_name": "X570"})
    assert read_system(host_of(tmp_path)).model == "X570"


def test_facts_refuse_what_can_not_be() -> None:
    with pytest.raises(ValueError, match="Processor: cores is not negative, got -1"):
        Processor(cores=-1)
    with pytest.raises(ValueError, match="Clocks: current_mhz is finite, got nan"):
        Clocks(current_mhz=float("nan"))
    with pytest.raises(ValueError, match="Processor: name is printable"):
        Processor(name="a\nb")
