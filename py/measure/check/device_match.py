"""Which of the published devices a profile is of, as far as its names tell."""

import re
from functools import cache

from py.errors import JoulegraphError
from py.measure.check.subject import Subject
from py.platforms.datasheet.engine import Datasheet
from py.platforms.load import load_platform, shipped_platforms

_NAMED = re.compile(r"public/devices/([a-z0-9][a-z0-9_-]{0,63})\.json")
_NOISE = frozenset(
    {"nvidia", "tesla", "geforce", "amd", "intel", "r", "tm", "cpu", "gpu", "graphics", "processor"}
    | {"the", "with", "core", "cores"}
)
_WORD = re.compile(r"[a-z0-9.]+")


def device_of(subject: Subject) -> Datasheet | None:
    """Return the published device that a profile names; None where none or several may be meant."""
    if subject.platform is None:
        return None
    rated = subject.data["rated_power_w"]
    named = _NAMED.search(str(rated["source"])) if rated is not None else None
    if named is not None and named[1] in shipped_platforms("datasheet"):
        return _device(named[1])
    return device_called(str(subject.data["device"] or ""))


def device_called(name: str) -> Datasheet | None:
    """Return the one device whose words are all in a name, or that has all words of the name."""
    asked = _words(name)
    if not asked:
        return None
    by_words = [(one, _words(one.name)) for one in _devices()]
    inside = [(one, words) for one, words in by_words if words <= asked]
    most = max((len(words) for _, words in inside), default=0)
    found = [one for one, words in inside if len(words) == most]
    if not found:
        found = [one for one, words in by_words if asked <= words]
    return found[0] if len(found) == 1 else None


def _words(name: str) -> frozenset[str]:
    joined = re.sub(r"([0-9]+)\s*gb\b", r"\1gb", name.lower())
    words = _WORD.findall(joined.partition("@")[0])
    return frozenset(word for word in words if word not in _NOISE)


@cache
def _devices() -> tuple[Datasheet, ...]:
    found = [_device(name) for name in shipped_platforms("datasheet")]
    return tuple(one for one in found if one is not None)


@cache
def _device(name: str) -> Datasheet | None:
    try:
        found = load_platform(name)
    except JoulegraphError:
        return None
    return found if isinstance(found, Datasheet) else None
