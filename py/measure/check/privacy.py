"""What names a person, a machine or a network, and is nobody's business.

Looked for are home folders, addresses of networks and of cards, identifiers of boards, fields that
hold a host's or a user's name, and, where they are known, this machine's own name and user.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from typing import Any

from py.measure.check.finding import Finding, listed, passed
from py.measure.check.subject import Subject
from py.measure.machine.private import ADDRESS, DIGEST, PATTERNS

_VERSION = re.compile(
    r"(?:[=+v-]|(?<![\w.])(?!(?:at|from|on|to|via|is|host|ip|address|server|node|machine|inet|by|and|ssh)"
    r"\s)[A-Za-z][\w.-]*[\s:]+)$",
    re.IGNORECASE,
)
"""What stands before a version of four parts, such as cuDNN 8.9.2.26, and not before an address."""
_FIELDS = frozenset(
    {"hostname", "host_name", "nodename", "node_name", "fqdn", "domainname", "user", "username"}
    | {"user_name", "login", "uuid", "serial", "serial_number", "mac", "mac_address", "ip"}
    | {"ip_address", "address", "home", "cwd", "machine_id", "boot_id", "email"}
)
_VERSIONS = re.compile(r"version|software|package|driver|library|runner", re.IGNORECASE)
"""Fields whose whole text may be a version of four parts."""
_BEFORE = 60
_PUBLIC = ("measured.who", "measured.source", "measured.licence")
"""Where people name themselves if they like to."""
#: Names that nobody is known by.
_COMMON = frozenset(
    {"root", "user", "ubuntu", "debian", "runner", "admin", "administrator", "localhost", "guest"}
    | {"docker", "jovyan", "default", "nobody", "host", "node", "server", "linux", "laptop"}
    | {"desktop", "workspace", "worker", "build", "test", "python", "nvidia", "intel"}
    | {"pytorch", "torch", "tensorflow", "cuda", "tesla", "onnx", "measure", "joulegraph"}
)
_LEAST_NAME = 4


def privacy(subject: Subject) -> Finding:
    """Say whether nothing in it names a person, a machine or a network."""
    hits = list(private_in(subject.data, subject.own_names))
    survey = subject.survey
    looked = "the profile"
    if survey is not None and survey.header is not None:
        looked = "the profile and its capture"
        header = {
            name: getattr(survey.header, name)
            for name in ("plan", "runner", "device", "machine", "method")
        }
        hits += private_in(header, subject.own_names, "header")
        for text in sorted(survey.texts):
            hits += [f"a row's {hit}" for hit in _in_text(text, subject.own_names)]
    if hits:
        return Finding(
            "fail",
            f"{len(hits)} in {looked}: {listed(hits)}.",
            "Take it out of the capture's header, notes or facts, and fit again.",
        )
    return passed(f"No host, user, home folder, address or serial number in {looked}.")


def private_in(value: Any, own_names: frozenset[str], path: str = "") -> Iterator[str]:
    """Yield what is private in JSON, each with where it stands."""
    if isinstance(value, dict):
        for name, one in value.items():
            at = f"{path}.{name}" if path else str(name)
            if str(name).lower() in _FIELDS and isinstance(one, str) and one.strip():
                yield f"{at} holds {one[:40]!r}"
            else:
                yield from private_in(one, own_names, at)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from private_in(one, own_names, f"{path}[{place}]")
    elif isinstance(value, str):
        names = frozenset() if path in _PUBLIC else own_names
        for hit in _in_text(value, names, path):
            yield f"{path}: {hit}"


def _in_text(text: str, own_names: Iterable[str], path: str = "") -> Iterator[str]:
    for pattern in PATTERNS:
        if pattern.what == DIGEST:  # of a file or a commit
            continue
        for found in pattern.found_in(text):
            if pattern.what != ADDRESS or not _is_version(text, path, found):
                yield f"{pattern.what} {found[0][:40]!r}"
    for name in own_names:
        if re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE):
            yield f"name of this machine or its user, {name[:40]!r}"


def _is_version(text: str, path: str, found: re.Match[str]) -> bool:
    """Say whether four numbers are those of a version, such as cuDNN 8.9.2.26."""
    if ":" in found[0]:
        return False
    address = ipaddress.IPv4Address(found[0])
    if text.strip() == str(address):
        return bool(_VERSIONS.search(path)) or not address.is_private
    if str(address).startswith("192.168."):
        return False
    return _VERSION.search(text[max(0, found.start() - _BEFORE) : found.start()]) is not None


def own_names_of(host: str, user: str) -> frozenset[str]:
    """Return the names by which this machine and its user are known, without common ones."""
    names = {host, host.partition(".")[0], user}
    return frozenset(
        name for name in names if len(name) >= _LEAST_NAME and name.lower() not in _COMMON
    )
