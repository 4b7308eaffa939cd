"""A digest of the code that answers depend on: two versions of the engine never share one."""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from py.errors import JoulegraphError
from py.version import ENGINE

ROOT = Path(__file__).resolve().parents[3]
_ROOM = "py/platforms/accelerator"
_BESIDE = ("py.layers.loops",)

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(py[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)"
    r"|import[ \t]+(py\b[^\n]*))",
    re.MULTILINE,
)
"""An import from the project, inside functions too. Reading the lines takes a tenth of parsing."""
_NAME = re.compile(r"[\w.]+")


@cache
def engine_digest() -> str:
    """Return 64 hex digits: the engine's version and every source that a choice depends on.

    Those are the room of accelerators and the loops of a layer with all that they import, within
    ``py/``. A comment changes the digest too: an answer is rather found anew than a wrong one kept.
    The files are read once in a process, at the first call; it is to be made before hours of work.

    Raises:
        JoulegraphError: ``engine-unread`` where the sources can't be read.
    """
    return digest_of(ROOT, ENGINE)


def digest_of(root: Path, version: str) -> str:
    """Return the digest of an engine whose folder ``py`` lies in ``root``.

    Raises:
        JoulegraphError: ``engine-unread`` where its sources can't be read.
    """
    try:
        read = sources(root)
    except (OSError, UnicodeDecodeError) as error:
        raise JoulegraphError(
            "engine-unread",
            f"The sources of the engine can't be read, and by them its answers are known: {error}.",
            "Run it from a complete copy of the project.",
        ) from None
    whole = sha256(f"{version}\n".encode())
    for module in sorted(read):
        text = read[module].encode()
        whole.update(f"{module} {len(text)}\n".encode() + text)
    return whole.hexdigest()


def sources(root: Path) -> dict[str, str]:
    """Return the text of each module that a choice depends on, by the module's name.

    Of a package only what is imported from it by name is followed: that the modules of its folder
    run its ``__init__`` changes nothing in them.
    """
    room = sorted((root / _ROOM).rglob("*.py"))
    if not room:
        raise FileNotFoundError(f"no module lies in {root / _ROOM}")
    found: dict[str, str] = {}
    to_read = [*_BESIDE, *(_module(file.relative_to(root)) for file in room)]
    while to_read:
        module = to_read.pop()
        file = None if module in found else _file(root, module)
        if file is not None:
            found[module] = file.read_text(encoding="utf-8")
            to_read += imported(found[module])
    return found


def imported(text: str) -> Iterator[str]:
    """Yield what a source imports from the project; a name may be a module's or one in it."""
    for match in _IMPORT.finditer(text):
        package, names, modules = match.groups()
        if package is None:
            yield from (
                part.split()[0] for part in modules.split("#")[0].split(",") if part.strip()
            )
            continue
        yield package
        plain = re.sub(r"#[^\n]*|\bas\s+\w+", "", names)
        yield from (f"{package}.{name}" for name in _NAME.findall(plain))


def _module(file: Path) -> str:
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _file(root: Path, module: str) -> Path | None:
    """Return the file of a module; None for a name that is none."""
    place = root.joinpath(*module.split("."))
    candidates = (place.with_name(f"{place.name}.py"), place / "__init__.py")
    return next((file for file in candidates if file.is_file()), None)
