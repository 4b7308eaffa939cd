"""Virtual machine or container: what stands between a measurement and the hardware."""

from dataclasses import dataclass

from py.measure.machine.checked import check
from py.measure.machine.host import Host
from py.measure.machine.tree import Tree

UNKNOWN_MAKE = "unknown make"
#: Words in the firmware's texts, and whose virtual machine they mean; the first that fits counts.
_FIRMWARE = (
    ("VirtualBox", "VirtualBox"),
    ("innotek", "VirtualBox"),
    ("VMware", "VMware"),
    ("Parallels", "Parallels"),
    ("Apple Virtualization", "Apple Virtualization"),
    ("BHYVE", "bhyve"),
    ("HVM domU", "Xen"),
    ("Amazon EC2", "Amazon EC2"),
    ("Google Compute Engine", "Google Compute Engine"),
    ("Alibaba Cloud", "Alibaba Cloud"),
    ("OpenStack", "OpenStack"),
    ("DigitalOcean", "DigitalOcean"),
    ("Hetzner", "Hetzner Cloud"),
    ("QEMU", "QEMU/KVM"),
    ("KVM", "KVM"),
)
#: These can only be virtual; the others also sell whole machines.
_VIRTUAL_ONLY = frozenset(
    {"VirtualBox", "VMware", "Parallels", "Apple Virtualization", "bhyve", "Xen", "QEMU/KVM", "KVM"}
)
_CLOCKS = {"kvm-clock": "KVM", "hyperv_clocksource_tsc_page": "Hyper-V", "xen": "Xen"}
_DETECTED = {
    **{"kvm": "KVM", "qemu": "QEMU", "amazon": "Amazon EC2", "vmware": "VMware", "xen": "Xen"},
    **{"microsoft": "Hyper-V", "oracle": "VirtualBox", "parallels": "Parallels", "bhyve": "bhyve"},
    **{"apple": "Apple Virtualization", "google": "Google Compute Engine", "wsl": "WSL"},
}
_GROUPS = (
    *(("kubepods", "Kubernetes"), ("docker", "Docker"), ("libpod", "Podman"), ("lxc", "LXC")),
    *(("machine.slice", "systemd-nspawn"), ("containerd", "containerd")),
)
_DETECT_S = 2.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where this process runs.

    ``virtual_machine`` is whose, or ``unknown make``; None with ``virtual`` None is unknown.
    ``container`` is its kind, None where there is none to be seen. ``wsl`` is 1 or 2.
    """

    virtual: bool | None = None
    virtual_machine: str | None = None
    container: str | None = None
    wsl: int | None = None

    def __post_init__(self) -> None:
        check(self)


def read_surroundings(host: Host, hypervisor: bool | None) -> Surroundings:
    """Return where this process runs; ``hypervisor`` is what the processor's flags say."""
    tree = host.tree
    release = (tree.word("proc/sys/kernel/osrelease") or "").lower()
    if "microsoft" in release:
        version = 2 if "wsl2" in release or hypervisor else 1
        return Surroundings(True, "WSL", _container(host), version)
    make = _xen(tree) or _firmware(tree, hypervisor) or _hypervisor_tree(tree)
    if make is None and hypervisor is not False:
        make = _by_clock(tree) or _detected(host, hypervisor)
    if make is None and hypervisor:
        make = UNKNOWN_MAKE
    virtual = True if make is not None else hypervisor
    return Surroundings(virtual, make, _container(host))


def _xen(tree: Tree) -> str | None:
    return "Xen" if tree.word("sys/hypervisor/type") == "xen" else None


def _firmware(tree: Tree, hypervisor: bool | None) -> str | None:
    files = ("product_name", "sys_vendor", "board_vendor", "bios_vendor")
    said = " | ".join(tree.word(f"sys/class/dmi/id/{name}") or "" for name in files)
    if "Microsoft Corporation" in said and "Virtual Machine" in said:
        return "Hyper-V"
    make = next((name for words, name in _FIRMWARE if words.lower() in said.lower()), None)
    return make if make in _VIRTUAL_ONLY or hypervisor else None


def _hypervisor_tree(tree: Tree) -> str | None:
    """Return what a device tree says (ARM)."""
    said = tree.word("proc/device-tree/hypervisor/compatible") or ""
    if not said:
        return None
    return "KVM" if "kvm" in said else "Xen" if "xen" in said else UNKNOWN_MAKE


def _by_clock(tree: Tree) -> str | None:
    """Return whose clock the kernel could use: hypervisors offer one of their own."""
    said = tree.word("sys/devices/system/clocksource/clocksource0/available_clocksource") or ""
    return next((name for clock, name in _CLOCKS.items() if clock in said.split()), None)


def _detected(host: Host, hypervisor: bool | None) -> str | None:
    """Return what systemd says, where it is there to be asked."""
    if host.system != "Linux":
        return None
    done = host.run(("systemd-detect-virt", "--vm"), _DETECT_S)
    said = "" if done is None or done.code else done.output.strip()
    if said in ("", "none"):
        return None
    return _DETECTED.get(said, UNKNOWN_MAKE if hypervisor is None else None)


def _container(host: Host) -> str | None:
    tree = host.tree
    groups = " ".join(filter(None, (tree.text("proc/self/cgroup"), tree.text("proc/1/cgroup"))))
    by_group = next((name for words, name in _GROUPS if words in groups), None)
    if by_group == "Kubernetes" or "KUBERNETES_SERVICE_HOST" in host.environment:
        return "Kubernetes"
    if tree.has("run/secrets/kubernetes.io"):
        return "Kubernetes"
    if tree.has(".dockerenv"):
        return "Docker"
    if tree.has("run/.containerenv"):
        return "Podman"
    if by_group not in (None, "systemd-nspawn"):
        return by_group
    kind = tree.word("run/systemd/container", 40)
    if kind is not None:
        return {"systemd-nspawn": kind, "lxc": "LXC", "docker": "Docker"}.get(kind, "unknown kind")
    return "unknown kind" if _first_process_is_numbered(tree) else None


def _first_process_is_numbered(tree: Tree) -> bool:
    """Return whether the scheduler knows process 1 by another number, as older kernels show."""
    said = tree.word("proc/1/sched") or ""
    _, bracket, rest = said.rpartition(" (")
    number = rest.partition(",")[0]
    return bool(bracket) and number.isascii() and number.isdigit() and number != "1"
