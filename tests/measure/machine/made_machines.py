"""Machines made of files, as the kernel shows them; and a Mac of answers."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from py.measure.machine.host import Finished, Host
from py.measure.machine.tree import Tree
from tests.measure.meters.fake_clock import FakeClock

#: Planted wherever a kernel or a firmware holds such a thing; none may ever be told.
SECRETS = (
    *("zaphod-tower", "zaphod", "SN-1234567", "52:54:00:ab:cd:ef", "192.168.17.23", "/home/zaphod"),
    *("0123456789abcdef0123456789abcdef", "4c4c4544-0044-4210-8051-c3c04f4d3332", "secret-job"),
)
ONNXRUNTIME = '{"version": "1.31.1", "providers": ["CPUExecutionProvider"]}'
TORCH = (
    '{"version": "2.9.0+cu128", "cuda": "12.8", "hip": null, "cudnn": 91002, '
    '"devices": ["cpu", "cuda:0"]}'
)


@dataclass
class Answers:
    """Stands for the commands of a machine; what is not here is not installed."""

    texts: Mapping[str, str] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(self, arguments: Sequence[str], timeout_s: float) -> Finished | None:
        self.asked.append(tuple(arguments))
        for module in ("onnxruntime", "torch"):
            if arguments[0] == "python" and f"{module} as" in arguments[-1]:
                text = self.texts.get(module)
                return None if text is None else Finished(0, f"a warning\njoulegraph:{text}\n")
        text = self.texts.get(arguments[0])
        return None if text is None else Finished(0, text)


def write(root: Path, files: Mapping[str, str | int]) -> None:
    """Write files below a root."""
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{content}\n", encoding="utf-8")


def host_of(
    root: Path,
    answers: Answers | None = None,
    clock: FakeClock | None = None,
    modules: Sequence[str] = ("onnxruntime", "onnx"),
    texts: Mapping[str, str] | None = None,
) -> Host:
    """Return a host on Linux whose files lie below a root."""
    clock = clock or FakeClock()
    answers = answers or Answers({"onnxruntime": ONNXRUNTIME, "torch": TORCH, **(texts or {})})
    return Host(
        tree=Tree(root),
        system="Linux",
        architecture="x86_64",
        python="python",
        python_version="CPython 3.12.3",
        environment={"USER": "zaphod", "HOME": "/home/zaphod", "HOSTNAME": "zaphod-tower"},
        run=answers,
        has_module=lambda name: name in modules,
        clock_s=clock.now_s,
        sleep_s=clock.sleep_s,
        ticks_per_s=100,
        own_id=4242,
    )


def processors(
    root: Path, name: str, vendor: str, sockets: int, cores: int, threads: int, flags: str = ""
) -> None:
    """Write processors, numbered as Linux does: all first threads of cores, then all second."""
    count = sockets * cores * threads
    blocks = []
    for cpu in range(count):
        core = cpu % (sockets * cores)
        socket = core // cores
        siblings = ",".join(str(core + place * sockets * cores) for place in range(threads))
        blocks.append(
            f"processor\t: {cpu}\nvendor_id\t: {vendor}\ncpu family\t: 6\nmodel name\t: {name}\n"
            f"microcode\t: 0xd0003e7\ncpu MHz\t\t: 2100.000\nphysical id\t: {socket}\n"
            f"core id\t\t: {core % cores}\nflags\t\t: fpu sse2 {flags}\n"
        )
        cpu_folder = f"sys/devices/system/cpu/cpu{cpu}"
        write(
            root,
            {
                f"{cpu_folder}/topology/physical_package_id": socket,
                f"{cpu_folder}/topology/core_cpus_list": siblings,
            },
        )
        for index, (level, kind, size) in enumerate(
            ((1, "Data", "48K"), (1, "Instruction", "32K"), (2, "Unified", "2048K"))
        ):
            cache(root, cpu, index, level, kind, size, siblings)
        first, last = socket * cores, socket * cores + cores - 1
        cache(root, cpu, 3, 3, "Unified", "39936K", f"{first}-{last}" if cores > 1 else f"{first}")
    write(
        root,
        {
            "proc/cpuinfo": "\n".join(blocks),
            "sys/devices/system/cpu/online": f"0-{count - 1}" if count > 1 else "0",
            "sys/devices/system/cpu/smt/active": int(threads > 1),
        },
    )


def cache(root: Path, cpu: int, index: int, level: int, kind: str, size: str, shared: str) -> None:
    """Write one cache of a processor."""
    folder = f"sys/devices/system/cpu/cpu{cpu}/cache/index{index}"
    write(
        root,
        {
            f"{folder}/level": level,
            f"{folder}/type": kind,
            f"{folder}/size": size,
            f"{folder}/shared_cpu_list": shared,
        },
    )


def clocked(root: Path, count: int, governor: str, khz: tuple[int, int, int, int]) -> None:
    """Write cpufreq of all processors: base, least, most, current in kHz."""
    base, least, most, current = khz
    for cpu in range(count):
        folder = f"sys/devices/system/cpu/cpu{cpu}/cpufreq"
        write(
            root,
            {
                f"{folder}/base_frequency": base,
                f"{folder}/cpuinfo_min_freq": least,
                f"{folder}/cpuinfo_max_freq": most,
                f"{folder}/scaling_max_freq": most,
                f"{folder}/scaling_cur_freq": current,
                f"{folder}/scaling_driver": "intel_pstate",
                f"{folder}/scaling_governor": governor,
                f"{folder}/energy_performance_preference": "balance_performance",
            },
        )


def common(root: Path, count: int, memory_kb: int, release: str) -> None:
    """Write what every Linux has, with names and addresses planted where kernels have them."""
    write(
        root,
        {
            "proc/meminfo": f"MemTotal: {memory_kb} kB\nMemFree: 1000 kB\n"
            f"MemAvailable: {memory_kb // 2} kB\nSwapTotal: 8388604 kB\nSwapFree: 8388604 kB",
            "proc/loadavg": "0.12 0.34 0.56 1/999 4242",
            "proc/self/status": f"Name:\tpython\nCpus_allowed_list:\t0-{count - 1}",
            "proc/self/cgroup": "0::/user.slice/user-1000.slice/zaphod.service",
            "proc/sys/kernel/osrelease": release,
            "proc/sys/kernel/hostname": "zaphod-tower",
            "proc/version": f"Linux version {release} (zaphod@zaphod-tower)",
            "proc/cmdline": "root=UUID=4c4c4544-0044-4210-8051-c3c04f4d3332 ip=192.168.17.23",
            "etc/hostname": "zaphod-tower",
            "etc/machine-id": "0123456789abcdef0123456789abcdef",
            "etc/os-release": 'ID=ubuntu\nPRETTY_NAME="Ubuntu 24.04.2 LTS"',
            "sys/class/net/eth0/address": "52:54:00:ab:cd:ef",
            "sys/class/dmi/id/product_serial": "SN-1234567",
            "sys/class/dmi/id/product_uuid": "4c4c4544-0044-4210-8051-c3c04f4d3332",
            "proc/1/sched": "systemd (1, #threads: 1)",
        },
    )


def busy(root: Path, watch_from: FakeClock, cpus: int, others: float, stolen: float = 0.0) -> None:
    """Let the kernel's counts go on with a clock: others take so many processors' time."""

    def at(now_s: float) -> None:
        ticks = round((now_s - 100.0) * 100)
        taken, lost = round(ticks * others), round(ticks * stolen)
        idle = ticks * cpus - taken - lost
        write(
            root,
            {
                "proc/stat": f"cpu {1000 + taken} 0 500 {90000 + idle} 10 0 5 {lost} 0 0",
                "proc/self/stat": "4242 (python) R 1 1 1 0 -1 0 0 0 0 0 30 5 0 0 20 0",
                "proc/4242/stat": "4242 (python) R 1 1 1 0 -1 0 0 0 0 0 30 5 0 0 20 0",
                "proc/77/stat": f"77 (secret-job) R 1 1 1 0 -1 0 0 0 0 0 {taken} 0 0 0 20 0",
            },
        )

    at(watch_from.now_s())
    watch_from.watchers.append(at)


def server(root: Path, clock: FakeClock) -> Host:
    """Return a server with two processors of eight cores, at rest."""
    processors(
        *(root, "Intel(R) Xeon(R) Silver 4310 CPU @ 2.10GHz", "GenuineIntel", 2, 8, 2),
        "avx2 fma avx512f avx512_vnni",
    )
    clocked(root, 32, "powersave", (2_100_000, 800_000, 3_300_000, 2_400_000))
    common(root, 32, 263_000_000, "6.8.0-51-generic")
    busy(root, clock, 32, 0.04)
    write(
        root,
        {
            "sys/class/dmi/id/sys_vendor": "Dell Inc.",
            "sys/class/dmi/id/product_name": "PowerEdge R750",
            "sys/devices/system/cpu/intel_pstate/no_turbo": 0,
            "sys/class/hwmon/hwmon0/name": "coretemp",
            "sys/class/hwmon/hwmon0/temp1_input": 41000,
            "sys/class/hwmon/hwmon0/temp2_input": 38000,
            **{
                f"sys/devices/system/cpu/cpu{cpu}/thermal_throttle/core_throttle_count": 0
                for cpu in range(32)
            },
            "sys/devices/system/node/node0/cpulist": "0-7,16-23",
            "sys/devices/system/node/node1/cpulist": "8-15,24-31",
        },
    )
    return host_of(root, clock=clock, modules=("onnxruntime", "onnx", "torch"))


def laptop(root: Path, clock: FakeClock) -> Host:
    """Return a laptop on battery, busy and warm."""
    processors(root, "Intel(R) Core(TM) i7-1260P", "GenuineIntel", 1, 4, 2, "avx2 fma avx_vnni")
    clocked(root, 8, "powersave", (2_500_000, 400_000, 4_700_000, 1_900_000))
    common(root, 8, 16_000_000, "6.8.0-51-generic")
    busy(root, clock, 8, 1.5)
    write(
        root,
        {
            "sys/class/dmi/id/sys_vendor": "LENOVO",
            "sys/class/dmi/id/product_name": "21CB",
            "sys/devices/system/cpu/intel_pstate/no_turbo": 1,
            "sys/class/power_supply/AC/type": "Mains",
            "sys/class/power_supply/AC/online": 0,
            "sys/class/power_supply/BAT0/type": "Battery",
            "sys/class/power_supply/BAT0/status": "Discharging",
            "sys/class/power_supply/BAT0/capacity": 57,
            "sys/class/power_supply/BAT0/serial_number": "SN-1234567",
            "sys/class/power_supply/hidpp_battery_0/type": "Battery",
            "sys/class/power_supply/hidpp_battery_0/scope": "Device",
            "sys/class/power_supply/hidpp_battery_0/status": "Full",
            "sys/class/thermal/thermal_zone0/type": "x86_pkg_temp",
            "sys/class/thermal/thermal_zone0/temp": 93000,
            "sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count": 12,
            "sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count": 30,
            "sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count": 4,
            "sys/devices/system/cpu/cpu1/thermal_throttle/package_throttle_count": 30,
        },
    )
    return host_of(root, clock=clock)


def guest(root: Path, clock: FakeClock) -> Host:
    """Return a container in a virtual machine that its host shares with others."""
    processors(root, "AMD EPYC 7R13 Processor", "AuthenticAMD", 1, 2, 1, "avx2 fma hypervisor")
    common(root, 2, 8_000_000, "6.1.0-1023-zaphods-own")
    busy(root, clock, 2, 0.01, stolen=0.1)
    write(
        root,
        {
            "sys/class/dmi/id/sys_vendor": "Amazon EC2",
            "sys/class/dmi/id/product_name": "c6a.large",
            "sys/class/powercap/.keep": "",
            ".dockerenv": "",
            "proc/self/cgroup": "0::/",
            "sys/fs/cgroup/cpu.max": "150000 100000",
            "sys/fs/cgroup/memory.max": 4_000_000_000,
        },
    )
    return host_of(root, modules=(), clock=clock)


_SYSCTL = """machdep.cpu.brand_string: Apple M2
hw.model: Mac14,2
hw.packages: 1
hw.physicalcpu: 8
hw.logicalcpu: 8
hw.memsize: 17179869184
hw.pagesize: 16384
hw.l1dcachesize: 65536
hw.l1icachesize: 131072
hw.l2cachesize: 4194304
hw.perflevel0.l2cachesize: 16777216
hw.optional.neon: 1
hw.optional.arm.FEAT_BF16: 1
hw.optional.arm.FEAT_I8MM: 1
hw.optional.arm.FEAT_DotProd: 1
kern.osproductversion: 15.3.1
kern.osrelease: 24.3.0
kern.hostname: zaphod-tower
kern.hv_vmm_present: 0
vm.loadavg: { 1.52 1.80 1.91 }
vm.swapusage: total = 2048.00M  used = 512.25M  free = 1535.75M  (encrypted)
"""
_VM_STAT = """Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               20000.
Pages active:                            300000.
Pages inactive:                          290000.
Pages purgeable:                           5000.
"""
_PMSET = """Now drawing from 'AC Power'
 -InternalBattery-0 (id=1234)\t80%; charging; 1:02 remaining present: true
"""


def mac(root: Path, clock: FakeClock) -> Host:
    """Return a Mac, with what its commands answer."""
    answers = {"sysctl": _SYSCTL, "vm_stat": _VM_STAT, "pmset": _PMSET}
    torch = json.dumps({"version": "2.9.0", "cuda": None, "devices": ["cpu", "mps"]})
    host = host_of(
        root,
        Answers({**answers, "onnxruntime": ONNXRUNTIME, "torch": torch}),
        clock,
        modules=("onnxruntime", "onnx", "torch"),
    )
    return replace(host, system="Darwin", architecture="arm64")


MACHINES: Mapping[str, Callable[[Path, FakeClock], Host]] = {
    "server": server,
    "laptop": laptop,
    "guest": guest,
    "mac": mac,
}
