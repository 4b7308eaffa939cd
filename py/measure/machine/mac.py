"""A Mac: what ``sysctl``, ``vm_stat`` and ``pmset`` say, as macOS has no ``/proc``."""

import re
from dataclasses import dataclass

from py.measure.machine.clocks import Clocks
from py.measure.machine.host import Host
from py.measure.machine.load import Load
from py.measure.machine.memory import Memory, Share
from py.measure.machine.processor import Cache, Processor
from py.measure.machine.redacted import free_text
from py.measure.machine.supply import Supply
from py.measure.machine.surroundings import Surroundings
from py.measure.machine.system import System
from py.measure.machine.tree import decimal, whole

_ASK_S = 5.0
_KEYS = (
    *("machdep.cpu.brand_string", "machdep.cpu.vendor", "machdep.cpu.family", "hw.model"),
    *("machdep.cpu.features", "machdep.cpu.leaf7_features", "hw.packages", "hw.physicalcpu"),
    *("hw.logicalcpu", "hw.memsize", "hw.pagesize", "hw.l1dcachesize", "hw.l1icachesize"),
    *("hw.l2cachesize", "hw.l3cachesize", "hw.perflevel0.l2cachesize", "hw.cpufrequency"),
    *("hw.cpufrequency_max", "hw.optional.arm.FEAT_BF16", "hw.optional.arm.FEAT_I8MM"),
    *("hw.optional.arm.FEAT_DotProd", "hw.optional.arm.FEAT_SME", "hw.optional.neon"),
    *("kern.osproductversion", "kern.osrelease", "kern.hv_vmm_present", "vm.loadavg"),
    *("vm.swapusage", "machdep.cpu.microcode_version"),
)
_FEATURES = {
    "hw.optional.neon": "asimd",
    "hw.optional.arm.FEAT_DotProd": "asimddp",
    "hw.optional.arm.FEAT_I8MM": "i8mm",
    "hw.optional.arm.FEAT_BF16": "bf16",
    "hw.optional.arm.FEAT_SME": "sme",
}
_X86 = {"AVX2": "avx2", "FMA": "fma", "AVX512F": "avx512f", "AVX512VNNI": "avx512_vnni"}
_UNITS = {"K": 1024, "M": 1024**2, "G": 1024**3}


@dataclass(frozen=True, slots=True)
class Mac:
    """The parts of a machine's facts that are read another way on a Mac."""

    processor: Processor
    clocks: Clocks
    memory: Memory
    share: Share
    system: System
    surroundings: Surroundings
    load: Load
    supply: Supply


def read_mac(host: Host) -> Mac:
    """Ask macOS; whatever it doesn't say is None."""
    said = _sysctl(host)
    return Mac(
        _processor(said),
        Clocks(
            base_mhz=_mhz(said.get("hw.cpufrequency")),
            max_mhz=_mhz(said.get("hw.cpufrequency_max")),
        ),
        _memory(host, said),
        Share(threads=whole(said.get("hw.logicalcpu"), 1, 65_536)),
        _system(host, said),
        _surroundings(said),
        _load(said),
        _supply(host),
    )


def read_mac_memory(host: Host) -> Memory:
    """Ask macOS for its memory alone."""
    return _memory(host, _sysctl(host))


def _sysctl(host: Host) -> dict[str, str]:
    done = host.run(("sysctl", *_KEYS), _ASK_S)  # unknown keys are complained of, the rest answered
    lines = "" if done is None else done.output
    pairs = (line.partition(":") for line in lines.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip() in _KEYS}


def _processor(said: dict[str, str]) -> Processor:
    def size(key: str) -> int | None:
        return whole(said.get(key), 1, 10**12)

    cores, threads = (
        whole(said.get(key), 1, 65_536) for key in ("hw.physicalcpu", "hw.logicalcpu")
    )
    second = size("hw.perflevel0.l2cachesize") or size("hw.l2cachesize")
    last = size("hw.l3cachesize") or second
    levels = (
        *((1, "data", size("hw.l1dcachesize")), (1, "instruction", size("hw.l1icachesize"))),
        *((2, "unified", second), (3, "unified", size("hw.l3cachesize"))),
    )
    named = f"{said.get('machdep.cpu.features', '')} {said.get('machdep.cpu.leaf7_features', '')}"
    features = [name for flag, name in _X86.items() if flag in named.split()]
    features += [name for key, name in _FEATURES.items() if said.get(key) == "1"]
    name = free_text(said.get("machdep.cpu.brand_string"))
    microcode = whole(said.get("machdep.cpu.microcode_version"))
    return Processor(
        name=name,
        vendor="Apple" if (name or "").startswith("Apple") else "Intel" if name else None,
        family=whole(said.get("machdep.cpu.family"), 0, 100_000),
        sockets=whole(said.get("hw.packages"), 1, 64),
        cores=cores,
        threads=threads,
        hyper_threading=None if cores is None or threads is None else threads > cores,
        last_level_cache_bytes=last,
        caches=tuple(Cache(level, kind, found, None) for level, kind, found in levels if found),
        microcode=None if microcode is None else hex(microcode),
        features=tuple(features),
        hypervisor=_flag(said.get("kern.hv_vmm_present")),
    )


def _memory(host: Host, said: dict[str, str]) -> Memory:
    total, page = whole(said.get("hw.memsize"), 1), whole(said.get("hw.pagesize"), 1, 10**7)
    done = host.run(("vm_stat",), _ASK_S)
    pages = {
        name.strip(): whole(value.strip().rstrip("."), 0, 10**15)
        for name, _, value in (
            line.partition(":") for line in ("" if done is None else done.output).splitlines()
        )
    }
    known = [pages.get(name) for name in ("Pages free", "Pages inactive", "Pages purgeable")]
    sane = [count for count in known if count is not None]
    swap = dict(re.findall(r"(total|used) = (\d{1,9}\.\d{1,3}[KMG])", said.get("vm.swapusage", "")))
    return Memory(
        total_bytes=total,
        available_bytes=sum(sane) * page if page and len(sane) == len(known) else None,
        swap_total_bytes=_sized(swap.get("total")),
        swap_used_bytes=_sized(swap.get("used")),
        numa_nodes=None,
    )


def _sized(text: str | None) -> int | None:
    return round(float(text[:-1]) * _UNITS[text[-1]]) if text else None


def _system(host: Host, said: dict[str, str]) -> System:
    version, kernel = (
        text if re.fullmatch(r"\d{1,4}(\.\d{1,4}){0,3}", text or "", re.ASCII) else None
        for text in (said.get("kern.osproductversion"), said.get("kern.osrelease"))
    )
    model = said.get("hw.model")
    return System(
        name=f"macOS {version}" if version else "macOS",
        kernel=f"Darwin {kernel}" if kernel else None,
        architecture=free_text(host.architecture, 40),
        python=free_text(host.python_version, 40),
        model=f"Apple {model}" if re.fullmatch(r"\w{1,30},\d{1,3}", model or "") else None,
    )


def _surroundings(said: dict[str, str]) -> Surroundings:
    virtual = _flag(said.get("kern.hv_vmm_present"))
    return Surroundings(virtual, "Apple Virtualization" if virtual else None)


def _load(said: dict[str, str]) -> Load:
    averages = said.get("vm.loadavg", "").strip("{ }").split()
    one, five = (decimal(text, 0, 1e6) for text in (*averages[:2], "", "")[:2])
    return Load(one, five)


def _supply(host: Host) -> Supply:
    done = host.run(("pmset", "-g", "batt"), _ASK_S)
    text = "" if done is None else done.output
    percent = re.search(r"\b(\d{1,3})%;", text, re.ASCII)
    source = re.search(r"drawing from '(AC|Battery) Power'", text)
    return Supply(
        None if source is None else source[1] == "Battery",
        min(100, int(percent[1])) if percent else None,
    )


def _mhz(text: str | None) -> float | None:
    hertz = whole(text, 10**6, 10**12)
    return None if hertz is None else hertz / 1e6


def _flag(text: str | None) -> bool | None:
    return text == "1" if text in ("0", "1") else None
