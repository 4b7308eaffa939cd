"""What names a person, a machine or a network, in one table: texts are searched and rid of it."""

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

ADDRESS = "address"
DIGEST = "long identifier"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of it. ``is_one`` says whether what looks so is so; ``instead`` takes its place."""

    what: str
    regex: re.Pattern[str]
    instead: str = "(left out)"
    is_one: Callable[[str], bool] = bool

    def found_in(self, text: str) -> Iterator[re.Match[str]]:
        """Yield where a text has it."""
        return (found for found in self.regex.finditer(text) if self.is_one(found[0]))

    def taken_out_of(self, text: str) -> str:
        """Return a text without it."""
        return self.regex.sub(
            lambda found: self.instead if self.is_one(found[0]) else found[0], text
        )


def _is_ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def _is_ipv6(text: str) -> bool:
    """Say whether it is one, and of somebody: ``::`` is nobody's."""
    try:
        return text.count(":") > 1 and any(ipaddress.IPv6Address(text).packed)
    except ValueError:
        return False


_REST = r"[^\s'\":;,)]"
PATTERNS = (
    Pattern(
        "home folder",
        re.compile(
            rf"(?:/(?:var/)?home/|/Users/|[A-Za-z]:\\+Users\\+){_REST}+|(?<!\w)/root/{_REST}*"
        ),
        "~",
    ),
    Pattern(
        "address of a card",
        re.compile(
            r"(?<![0-9A-Za-z:-])(?:[0-9A-Fa-f]{2}[:-]){5,}[0-9A-Fa-f]{2}"
            r"(?![0-9A-Za-z]|[:-][0-9A-Fa-f])"
        ),
    ),
    Pattern(
        "identifier of a device",
        re.compile(
            r"(?<![0-9A-Fa-f])(?:GPU-|MIG-)?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
            r"(?![0-9A-Fa-f])"
        ),
    ),
    Pattern(
        "name in a local network",
        re.compile(
            r"(?<![\w.-])(?:[\w-]+\.)+(?:local|lan|internal|intranet|corp|home|localdomain)"
            r"(?![\w-]|\.\w)",
            re.IGNORECASE,
        ),
    ),
    Pattern(
        ADDRESS,
        re.compile(r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?!\w|\.[0-9])"),
        is_one=_is_ipv4,
    ),
    Pattern(
        ADDRESS,
        re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{1,44}(?:[0-9A-Fa-f]|::)(?!\w|:[\w:])"),
        is_one=_is_ipv6,
    ),
    Pattern(DIGEST, re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{24,}(?![0-9A-Za-z])")),
)
