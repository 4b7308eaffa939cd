"""PyScript's editor for the console: what of its package ships, and only that.

The package has a terminal, a game, archives, a catalogue of packages and source maps, none of which
the console asks for. The editor's scripts name each other by hash; those that are reached ship.
"""

import re
from pathlib import Path

from web.tools.failure import BuildError

#: Where it begins, and what it asks for while it runs, by the beginning of a file's name.
BEGINS = ("core.js", "core-", "py-editor-", "codemirror", "error-")
_MAP = re.compile(rb"\n?//# sourceMappingURL=\S+\s*$")
_STATIC = re.compile(rb'(?:from|import)"\./([^"]+)"')

#: Inside the editor, which is bundled without its licence.
LICENCE = """CodeMirror 6, in the editor of @pyscript/core

MIT License. Copyright (C) 2018 by Marijn Haverbeke <marijn@haverbeke.berlin> and others; see the
npm packages @codemirror/commands, lang-python, language, state, view and @lezer/python.
"""


def write_editor(package: Path, target: Path) -> None:
    """Copy the editor's scripts into the new folder ``target``, without the way to their maps.

    Raises:
        BuildError: a part is not in the package under its name.
    """
    source = package / "dist"
    found = sorted(path.name for path in source.glob("*.js") if path.name.startswith(BEGINS))
    for begin in BEGINS:
        if not any(name.startswith(begin) for name in found):
            raise BuildError(f"{package.name}: a script {begin}… expected in its dist, got none.")
    target.mkdir()
    for name in found:
        text = (source / name).read_bytes()
        found += sorted({match.decode() for match in _STATIC.findall(text)} - set(found))
        (target / name).write_bytes(_MAP.sub(b"\n", text))
