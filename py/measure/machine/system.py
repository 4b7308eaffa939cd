"""The operating system, its kernel, the Python that runs this, and the make of the machine."""

import re
from dataclasses import dataclass

from py.measure.machine.checked import check
from py.measure.machine.host import Host
from py.measure.machine.redacted import free_text
from py.measure.machine.tree import Tree

#: Of a kernel's suffix only these are told: the rest is its builder's own text, and may be a name.
_FLAVOURS = re.compile(
    r"(?<![A-Za-z])(generic|lowlatency|realtime|rt|azure|aws|gcp|oracle|cloud|kvm|amd64|arm64|"
    r"raspi|rpi|tegra|nvidia|microsoft|WSL2|Microsoft|pve|zen|arch|lts|hardened|MANJARO|default|"
    r"el\d{1,2}|fc\d{2}|amzn\d{1,4})(?![A-Za-z0-9])"
)
#: What makers of boards leave in place of a name.
_PLACEHOLDERS = re.compile(
    r"(?i)to be filled|default string|system product name|system manufacturer|not specified|"
    r"not applicable|^none$|^n/a$|^unknown$|^o\.e\.m\.$|^\W*$"
)


@dataclass(frozen=True, slots=True)
class System:
    """What runs on the machine; ``model`` is its make, as ``Dell Inc. PowerEdge R740``."""

    name: str | None = None
    kernel: str | None = None
    architecture: str | None = None
    python: str | None = None
    model: str | None = None

    def __post_init__(self) -> None:
        check(self)


def read_system(host: Host) -> System:
    """Return what ``/etc/os-release``, the kernel and the firmware say (Linux)."""
    return System(
        name=_release_name(host.tree) or free_text(host.system, 40),
        kernel=_kernel(host.tree.word("proc/sys/kernel/osrelease")),
        architecture=free_text(host.architecture, 40),
        python=free_text(host.python_version, 40),
        model=_model(host.tree),
    )


def _release_name(tree: Tree) -> str | None:
    text = tree.text("etc/os-release") or tree.text("usr/lib/os-release") or ""
    for line in text.splitlines()[:200]:
        if line.startswith("PRETTY_NAME="):
            return free_text(line.partition("=")[2].strip().strip("\"'"), 100)
    return None


def _kernel(release: str | None) -> str | None:
    """Return a kernel's number and the known parts of its suffix."""
    match = re.match(r"\d{1,4}(\.\d{1,6}){1,3}(-rc\d{1,2})?", release or "", re.ASCII)
    if match is None or release is None:
        return None
    flavours = dict.fromkeys(_FLAVOURS.findall(release[match.end() :]))
    return "-".join(["Linux " + match[0], *flavours])


def _model(tree: Tree) -> str | None:
    """Return maker and product of the machine: never its serial number, which lies beside them."""
    folder = "sys/class/dmi/id"
    parts = [tree.word(f"{folder}/sys_vendor", 80), tree.word(f"{folder}/product_name", 80)]
    said = [part for part in parts if part and not _PLACEHOLDERS.search(part)]
    if not said:
        said = [part for part in [tree.word("proc/device-tree/model", 80)] if part]
    if len(said) == 2 and said[1].startswith(said[0]):
        said = said[1:]
    return free_text(" ".join(said), 120)
