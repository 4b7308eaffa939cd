"""Compiles what ships with the page, inside the very Python that will run it: see bytecode.mjs.

A snapshot holds all that was imported, and what is never asked for costs memory and download there:
docstrings, the types of arguments, the columns of lines. The standard library goes without what
needs another machine, process or terminal, and without the code pages of the last century.

Standard library only: Pyodide imports this file.
"""

import ast
import importlib.util
import marshal
import zipfile
from collections.abc import Callable
from types import CodeType

#: The archive's files all bear this date, the oldest that the format knows.
NO_DATE = (1980, 1, 1, 0, 0, 0)
#: Where Pyodide keeps its standard library, and the page the engine: tracebacks say so.
LIBRARY = "/lib/python314.zip"
ENGINE = "/engine.zip"
#: Pyodide describes its own objects from the docstrings of these.
DESCRIBED = ("_pyodide", "pyodide")
#: Read with `help` in the console.
EXPLAINED = "py/console.py"
#: What of the standard library a tab has no use for.
LEFT_OUT = frozenset(
    (
        # Another process, machine or terminal.
        *("multiprocessing", "socketserver", "xmlrpc", "wsgiref", "http.server"),
        *("imaplib", "smtplib", "ftplib", "poplib", "mailbox", "netrc", "getpass", "webbrowser"),
        *("pty", "tty", "curses", "dbm", "sqlite3", "ctypes", "venv", "ensurepip", "nturl2path"),
        *("logging.config", "logging.handlers", "concurrent.interpreters", "sched", "wave"),
        # Tests, debuggers, packagers, examples.
        *("test", "unittest", "doctest", "pdb", "bdb", "trace", "modulefinder", "zipapp"),
        *("compileall", "py_compile", "cProfile", "profile", "pstats", "pyclbr", "tabnanny"),
        *("idlelib", "tkinter", "turtle", "turtledemo", "lib2to3", "pydoc_data", "antigravity"),
        *("this", "__hello__", "__phello__", "pickletools", "symtable", "tracemalloc", "sunau"),
    )
)
#: The only parts that are kept of these: `help` pages with one, the others name encodings in use.
KEPT_OF = {
    "_pyrepl": frozenset({"__init__", "pager"}),
    "encodings": frozenset(
        (
            *("__init__", "aliases", "ascii", "charmap", "cp437", "cp1252", "idna", "iso8859_1"),
            *("iso8859_15", "latin_1", "punycode", "raw_unicode_escape", "undefined"),
            *("unicode_escape", "utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be"),
            *("utf_32_le", "utf_7", "utf_8", "utf_8_sig", "base64_codec", "hex_codec", "rot_13"),
        )
    ),
}


class _Bare(ast.NodeTransformer):
    """Takes docstrings and the types of arguments and variables away; of classes, neither's use."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        node.body = [_assigned(statement) for statement in _without_docstring(node.body)]
        self.generic_visit(node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self._strip(node)
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        self._strip(node)
        return node

    def _strip(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        node.returns = None
        node.body = _without_docstring(node.body) or [ast.Pass()]
        self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        # A dataclass without one would write itself a long one.
        if ast.get_docstring(node) is not None:
            node.body[0] = ast.Expr(ast.Constant("."))
        self.generic_visit(node)
        return node


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    match body:
        case [ast.Expr(value=ast.Constant(value=str())), *rest]:
            return rest
    return body


def _assigned(statement: ast.stmt) -> ast.stmt:
    """Return a module's ``name: type = value`` as ``name = value``."""
    match statement:
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return ast.copy_location(ast.Assign([target], value), statement)
    return statement


def engine_code(source: bytes, path: str) -> CodeType:
    """Return the code of one module of the engine; its assertions hold."""
    tree = ast.parse(source)
    if path != EXPLAINED:
        tree = ast.fix_missing_locations(_Bare().visit(tree))
    return compile(tree, f"{ENGINE}/{path}", "exec", dont_inherit=True, optimize=0)


def library_code(source: bytes, path: str) -> CodeType:
    """Return the code of one module of the standard library, as ``python -OO`` has it."""
    level = 0 if path.split("/")[0] in DESCRIBED else 2
    return compile(source, f"{LIBRARY}/{path}", "exec", dont_inherit=True, optimize=level)


def kept(path: str) -> bool:
    """Return whether a file of the standard library's archive ships with the page."""
    steps = path.removesuffix(".py").strip("/").split("/")
    names = {".".join(steps[: place + 1]) for place in range(len(steps))}
    parts = KEPT_OF.get(steps[0])
    return names.isdisjoint(LEFT_OUT) and (parts is None or len(steps) < 2 or steps[1] in parts)


def write_engine(source: str, target: str) -> None:
    """Write the compiled modules of the engine's archive."""
    _write(source, target, engine_code, lambda _: True)


def write_library(source: str, target: str) -> None:
    """Write the compiled modules of Pyodide's standard library that ship with the page."""
    _write(source, target, library_code, kept)


def _write(
    source: str, target: str, code: Callable[[bytes, str], CodeType], wanted: Callable[[str], bool]
) -> None:
    with zipfile.ZipFile(source) as sources, zipfile.ZipFile(target, "w") as archive:
        for path in filter(wanted, sorted(sources.namelist())):
            data, name = sources.read(path), path
            if path.endswith(".py"):
                data, name = _module(code(data, path)), path + "c"
            entry = zipfile.ZipInfo(name, NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, compresslevel=9)


def _module(code: CodeType) -> bytes:
    """Return the content of a ``.pyc`` that is not checked against a source (PEP 552)."""
    unchecked_hash = (1).to_bytes(4, "little") + bytes(8)
    return importlib.util.MAGIC_NUMBER + unchecked_hash + marshal.dumps(code)
