"""The processor: what it is called, how many cores it has, what its caches hold."""

import re
from dataclasses import dataclass

from py.measure.machine.arm_parts import arm_name
from py.measure.machine.checked import check
from py.measure.machine.redacted import free_text
from py.measure.machine.tree import Tree, decimal, whole

_CPUINFO_BYTES = 8_000_000
_CPUS = "sys/devices/system/cpu"
_VENDORS = {"GenuineIntel": "Intel", "AuthenticAMD": "AMD", "HygonGenuine": "Hygon"}
#: What layers of a network run faster on; written as Linux writes flags, ARM's beside Intel's.
FEATURES = (
    *("avx2", "fma", "avx512f", "avx512_bf16", "avx512_fp16", "avx_vnni", "avx512_vnni"),
    *("amx_tile", "amx_int8", "amx_bf16", "amx_fp16"),
    *("asimd", "asimdhp", "asimddp", "i8mm", "bf16", "sve", "sve2", "sme"),
)


@dataclass(frozen=True, slots=True)
class Cache:
    """All caches of one level and kind, each of this size; ``count`` None is unknown."""

    level: int
    kind: str
    size_bytes: int
    count: int | None

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True)
class Processor:
    """What the kernel says of the processor; None is unknown.

    ``threads`` are the processors that the system sees. ``hyper_threading``: cores run more than
    one thread now. ``hypervisor``: the processor says that it is a virtual one.
    """

    name: str | None = None
    vendor: str | None = None
    family: int | None = None
    sockets: int | None = None
    cores: int | None = None
    threads: int | None = None
    hyper_threading: bool | None = None
    last_level_cache_bytes: int | None = None
    caches: tuple[Cache, ...] = ()
    microcode: str | None = None
    features: tuple[str, ...] = ()
    hypervisor: bool | None = None

    def __post_init__(self) -> None:
        check(self)


def read_processor(tree: Tree) -> Processor:
    """Return what ``/proc/cpuinfo`` and ``/sys/devices/system/cpu`` say."""
    blocks = _blocks(tree.text("proc/cpuinfo", _CPUINFO_BYTES))
    first = blocks[0] if blocks else {}
    online = tree.numbers(f"{_CPUS}/online") or tuple(range(len(blocks)))
    flags = frozenset((first.get("flags") or first.get("Features") or "").split())
    sockets, cores = _topology(tree, online, blocks)
    threads = len(online) or None
    caches = _caches(tree, online)
    unified = [one for one in caches if one.kind != "instruction"]
    return Processor(
        name=_name(first),
        vendor=_VENDORS.get(first.get("vendor_id", ""), free_text(first.get("vendor_id"), 40))
        or ("Arm" if first.get("CPU implementer") == "0x41" else None),
        family=whole(first.get("cpu family"), 0, 100_000),
        sockets=sockets,
        cores=cores,
        threads=threads,
        hyper_threading=_hyper_threading(tree, cores, threads),
        last_level_cache_bytes=max(unified, key=lambda one: one.level).size_bytes
        if unified
        else _cpuinfo_cache_bytes(first),
        caches=caches,
        microcode=_matching(first.get("microcode"), r"0x[0-9a-fA-F]{1,16}"),
        features=tuple(one for one in FEATURES if one in flags),
        hypervisor=("hypervisor" in flags) if "flags" in first else None,
    )


def _blocks(text: str | None) -> list[dict[str, str]]:
    """Return the processors of ``/proc/cpuinfo``, each as its fields."""
    blocks: list[dict[str, str]] = []
    current: dict[str, str] = {}
    for line in (text or "").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            current.setdefault(name.strip(), value.strip())
        elif not line.strip() and current:
            blocks.append(current)
            current = {}
    if current:
        blocks.append(current)
    return [block for block in blocks if "processor" in block]


def _name(block: dict[str, str]) -> str | None:
    name = block.get("model name") or block.get("Model Name") or block.get("cpu model")
    return free_text(name) or arm_name(block.get("CPU implementer"), block.get("CPU part"))


def _matching(text: str | None, pattern: str) -> str | None:
    return text if text is not None and re.fullmatch(pattern, text, re.ASCII) else None


def _topology(
    tree: Tree, online: tuple[int, ...], blocks: list[dict[str, str]]
) -> tuple[int | None, int | None]:
    """Return how many sockets and cores are in use."""
    packages, cores = set(), set()
    for cpu in online:
        folder = f"{_CPUS}/cpu{cpu}/topology"
        package = tree.number(f"{folder}/physical_package_id")
        siblings = tree.numbers(f"{folder}/core_cpus_list") or tree.numbers(
            f"{folder}/thread_siblings_list"
        )
        if package is not None:
            packages.add(package)
        if siblings:
            cores.add(siblings)
    if packages and cores:
        return len(packages), len(cores)
    sockets = {block["physical id"] for block in blocks if "physical id" in block}
    pairs = {
        (block["physical id"], block["core id"])
        for block in blocks
        if "physical id" in block and "core id" in block
    }
    return len(packages) or len(sockets) or None, len(cores) or len(pairs) or None


def _hyper_threading(tree: Tree, cores: int | None, threads: int | None) -> bool | None:
    active = tree.number(f"{_CPUS}/smt/active", 0, 1)
    if active is not None:
        return bool(active)
    return None if cores is None or threads is None else threads > cores


def _caches(tree: Tree, online: tuple[int, ...]) -> tuple[Cache, ...]:
    """Return the caches by level and kind; those that differ in size count by the largest."""
    seen: dict[tuple[int, str], dict[tuple[int, ...], int]] = {}
    for cpu in online:
        folder = f"{_CPUS}/cpu{cpu}/cache"
        for index in tree.names(folder, r"index\d{1,2}"):
            level = tree.number(f"{folder}/{index}/level", 1, 9)
            kind = (tree.word(f"{folder}/{index}/type") or "").lower()
            size = _size_bytes(tree.word(f"{folder}/{index}/size"))
            if level is None or size is None or kind not in ("data", "instruction", "unified"):
                continue
            shared = tree.numbers(f"{folder}/{index}/shared_cpu_list") or (cpu,)
            seen.setdefault((level, kind), {})[shared] = size
    return tuple(
        Cache(level, kind, max(sizes.values()), len(sizes))
        for (level, kind), sizes in sorted(seen.items())
    )


def _size_bytes(text: str | None) -> int | None:
    match = re.fullmatch(r"(\d{1,9})([KMG]?)", text or "", re.ASCII)
    return int(match[1]) * 1024 ** " KMG".index(match[2] or " ") or None if match else None


def _cpuinfo_cache_bytes(block: dict[str, str]) -> int | None:
    number, _, unit = block.get("cache size", "").partition(" ")
    kib = whole(number, 1, 10**9) if unit == "KB" else None
    return None if kib is None else kib * 1024


def cpuinfo_clocks_mhz(tree: Tree) -> tuple[float, ...]:
    """Return the clocks that ``/proc/cpuinfo`` says, where it does."""
    blocks = _blocks(tree.text("proc/cpuinfo", _CPUINFO_BYTES))
    found = (decimal(block.get("cpu MHz"), 1, 1e6) for block in blocks)
    return tuple(clock for clock in found if clock is not None)
