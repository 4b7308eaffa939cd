"""A machine's facts as texts for people, one after the other."""

from collections.abc import Iterator

from py.measure.machine.facts import MachineFacts
from py.measure.machine.gpu import Gpu

_MIB = 1024 * 1024


def machine_parts(facts: MachineFacts) -> Iterator[tuple[str, str]]:
    """Yield label and text of each part that is known."""
    if facts.system.model is not None:
        yield "model", facts.system.model
    yield "processor", processor(facts)
    yield "clocks", clocks(facts)
    if facts.processor.features:
        yield "features", ", ".join(facts.processor.features)
    yield "memory", _memory(facts)
    system = facts.system
    known = (system.name, system.kernel, system.architecture, system.python)
    yield "system", ", ".join(part for part in known if part)
    yield "load", _load(facts)
    state = _state(facts)
    if state:
        yield "state", state


def processor(facts: MachineFacts) -> str:
    """Return name, counts and last cache of the processor."""
    found = facts.processor
    counts = [
        f"{count} {noun if count == 1 else noun + 's'}"
        for count, noun in (
            (found.sockets, "socket"),
            (found.cores, "core"),
            (found.threads, "thread"),
        )
        if count is not None
    ]
    parts = [f"{found.name or 'name unknown'}", *counts]
    if found.hyper_threading is not None:
        parts.append(f"hyper-threading {on_off(found.hyper_threading)}")
    if found.last_level_cache_bytes is not None:
        parts.append(f"{found.last_level_cache_bytes / _MIB:.4g} MiB last-level cache")
    share = facts.share
    if share.threads is not None and found.threads is not None and share.threads < found.threads:
        parts.append(f"this process may use {share.threads} threads")
    if share.quota_cpus is not None:
        parts.append(f"limited to {share.quota_cpus:g} processors' time")
    return ", ".join(parts)


def clocks(facts: MachineFacts) -> str:
    """Return how the processor is clocked; what is unknown is said."""
    found = facts.clocks
    parts = [
        f"{clock_mhz / 1000:.2f} GHz {what}"
        for clock_mhz, what in (
            (found.current_mhz, "now"),
            (found.base_mhz, "base"),
            (found.max_mhz, "at most"),
        )
        if clock_mhz is not None
    ]
    if None not in (found.limit_mhz, found.max_mhz) and found.limit_mhz != found.max_mhz:
        parts.append(f"limited to {(found.limit_mhz or 0) / 1000:.2f} GHz")
    unknown = []
    for name, text in (
        ("governor", found.governor),
        ("turbo", None if found.turbo is None else on_off(found.turbo)),
    ):
        parts += [] if text is None else [f"{name} {text}"]
        unknown += [name] if text is None else []
    if found.energy_preference is not None:
        parts.append(f"energy preference {found.energy_preference}")
    if not parts:
        return "not told by the system"
    if unknown:
        parts.append(f"{' and '.join(unknown)} unknown")
    return ", ".join(parts)


def _memory(facts: MachineFacts) -> str:
    found = facts.memory
    parts = [f"{gigabytes(found.total_bytes)}"]
    if found.available_bytes is not None:
        parts.append(f"{gigabytes(found.available_bytes)} free")
    if found.limit_bytes is not None:
        parts.append(f"limited to {gigabytes(found.limit_bytes)}")
    if found.swap_total_bytes is not None:
        used = f", {gigabytes(found.swap_used_bytes)} of it used" if found.swap_used_bytes else ""
        parts.append(
            f"swap {gigabytes(found.swap_total_bytes)}{used}"
            if found.swap_total_bytes
            else "no swap"
        )
    if found.numa_nodes is not None:
        parts.append(f"{found.numa_nodes} NUMA node{'' if found.numa_nodes == 1 else 's'}")
    return ", ".join(parts)


def _load(facts: MachineFacts) -> str:
    found, parts = facts.load, []
    if found.others_cpus is not None and found.window_s is not None:
        threads = facts.processor.threads
        of = "" if threads is None else f" of {threads}"
        parts.append(f"others took {found.others_cpus:.2f}{of} processors' time just now")
    if found.stolen_share:
        parts.append(f"the host took {found.stolen_share:.1%}")
    if found.average_1min is not None:
        parts.append(f"load average {found.average_1min:.2f}")
    return ", ".join(parts) or "unknown"


def _state(facts: MachineFacts) -> str:
    parts = []
    supply, heat = facts.supply, facts.heat
    if supply.on_battery is not None:
        percent = "" if supply.battery_percent is None else f" ({supply.battery_percent} %)"
        parts.append(f"on battery{percent}" if supply.on_battery else "on mains")
    if heat.temperature_c is not None:
        parts.append(f"{heat.temperature_c:.0f} °C")
    if heat.throttle_events is not None:
        now = ", and just now" if heat.throttling else ""
        count = heat.throttle_events
        often = "never" if not count else "once" if count == 1 else f"{count:,} times"
        parts.append(f"slowed down for heat {often} since it started{now}")
    return ", ".join(parts)


def gpu_lines(gpu: Gpu) -> Iterator[str]:
    """Yield what a GPU is, and the state it is in."""
    known = [
        gpu.name or "name unknown",
        gigabytes(gpu.memory_total_bytes),
        *([f"driver {gpu.driver}"] if gpu.driver else []),
        *([f"CUDA {gpu.cuda}"] if gpu.cuda else []),
    ]
    yield ", ".join(known)
    parts = []
    if gpu.clock_mhz is not None:
        most = "" if gpu.clock_most_mhz is None else f" of {gpu.clock_most_mhz:,.0f}"
        parts.append(f"{gpu.clock_mhz:,.0f}{most} MHz")
    if gpu.power_limit_w is not None:
        usual = gpu.power_limit_default_w
        said = "" if usual in (None, gpu.power_limit_w) else f" (default {usual:.0f} W)"
        parts.append(f"power limit {gpu.power_limit_w:.0f} W{said}")
    for name, flag in (("persistence", gpu.persistence), ("ECC", gpu.ecc), ("MIG", gpu.mig)):
        parts += [] if flag is None else [f"{name} {on_off(flag)}"]
    if gpu.temperature_c is not None:
        parts.append(f"{gpu.temperature_c:.0f} °C")
    if gpu.throttled:
        parts.append(f"held back now: {', '.join(gpu.throttled)}")
    if gpu.other_processes is not None:
        count = gpu.other_processes
        parts.append(f"{count or 'no'} other process{'' if count == 1 else 'es'}")
    if parts:
        yield ", ".join(parts)


def gigabytes(size_bytes: int | None) -> str:
    """Return a size in GB."""
    return "size unknown" if size_bytes is None else f"{size_bytes / 1e9:.3g} GB"


def on_off(flag: bool) -> str:
    """Return a switch's state in a word."""
    return "on" if flag else "off"
