"""Looking at a machine: everything is read once, in about three seconds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from py.measure.machine.clocks import read_clocks
from py.measure.machine.facts import MachineFacts
from py.measure.machine.gpu import Gpu
from py.measure.machine.gpus import cards_here, read_gpus
from py.measure.machine.heat import read_heat, throttle_events
from py.measure.machine.host import Host, host_at
from py.measure.machine.load import read_load
from py.measure.machine.mac import read_mac
from py.measure.machine.memory import read_memory, read_share
from py.measure.machine.processor import Processor, read_processor
from py.measure.machine.quantity import quantities
from py.measure.machine.rapl_absent import rapl_absence
from py.measure.machine.redacted import free_text
from py.measure.machine.software import read_onnxruntime, read_torch
from py.measure.machine.supply import read_supply
from py.measure.machine.surroundings import read_surroundings
from py.measure.machine.system import read_system
from py.measure.machine.tree import whole
from py.measure.meters.report import MeterReport

WINDOW_S = 1.0
"""How long the machine is left alone to see what else runs: a hundred of the kernel's ticks."""

Devices = Callable[[Host], tuple[tuple[Gpu, ...], tuple[MeterReport, ...]]]
"""Finds the GPUs and tries the meters of a host."""


def describe(root: Path = Path("/")) -> MachineFacts:
    """Return all facts of this machine, its files read below ``root``."""
    return look_at(host_at(root), devices_here)


def devices_here(host: Host) -> tuple[tuple[Gpu, ...], tuple[MeterReport, ...]]:
    """Return the GPUs and the meters of this machine."""
    from py.measure.meters.probe import find_meters  # opens libraries: only when it is asked for

    return read_gpus(host.own_id), find_meters(host.tree.root)


def look_at(host: Host, devices: Devices, window_s: float = WINDOW_S) -> MachineFacts:
    """Look at a host. Its load is looked at first, while nothing of ours runs."""
    tree = host.tree
    events = throttle_events(tree)
    mac = read_mac(host) if host.system == "Darwin" else None
    load, busiest = (mac.load, ()) if mac else read_load(host, window_s)
    with ThreadPoolExecutor(2, "asks") as pool:
        asked = [pool.submit(read, host) for read in (read_onnxruntime, read_torch)]
        processor = mac.processor if mac else _processor(host)
        around = mac.surroundings if mac else read_surroundings(host, processor.hypervisor)
        gpus, meters = devices(host)
        software = tuple(one.result() for one in asked)
    return MachineFacts(
        system=mac.system if mac else read_system(host),
        surroundings=around,
        processor=processor,
        clocks=mac.clocks if mac else read_clocks(tree, processor.name),
        memory=mac.memory if mac else read_memory(tree),
        share=mac.share if mac else read_share(tree),
        load=load,
        supply=mac.supply if mac else read_supply(tree),
        heat=read_heat(tree, events),
        gpus=gpus,
        meters=meters,
        software=software,
        quantities=quantities(
            software,
            meters,
            rapl_absence(host, processor, around),
            cards_here(host),
            around,
        ),
        busiest=busiest,
    )


def _processor(host: Host) -> Processor:
    """Return the processor; Windows has no ``/proc`` and says little, in its environment."""
    if host.system != "Windows":
        return read_processor(host.tree)
    return Processor(
        name=free_text(host.environment.get("PROCESSOR_IDENTIFIER")),
        threads=whole(host.environment.get("NUMBER_OF_PROCESSORS"), 1, 65_536),
    )
