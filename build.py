"""The project's one build command: check | test | dist | serve [FILE.zip].

``serve`` is ``npm start``, ``test`` is ``npm test``. Both first set up what is missing: a virtual
environment and the node modules, from lock files with hashes. What is done is stamped with the hash
of what it was made from, so that nothing is done twice. Needs Python 3.11 and Node 20, no more;
``serve FILE.zip``, which serves the page that ``dist`` has packed, needs Python only.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20


def _use_a_new_enough_python() -> None:
    """Start again under a newer interpreter where ``python3`` is an old one."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    for minor in range(20, OLDEST_PYTHON[1] - 1, -1):
        newer = shutil.which("python3.{}".format(minor))  # noqa: UP032 - runs on old Pythons too
        if newer:
            os.execv(newer, [newer, *sys.argv])
    sys.exit("Joulegraph needs Python 3.11 or newer, got " + sys.version.split()[0] + ".")


_use_a_new_enough_python()

from web.tools import browser, budgets, debian, dist, serve  # noqa: E402 - after the version is known
from web.tools.failure import BuildError  # noqa: E402
from web.tools.stamps import Stamp, digest  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
CACHE = ROOT / ".cache"


def main(arguments: list[str]) -> int:
    """Run one command and return the exit status."""
    commands = {"check": check, "test": test, "dist": make_dist, "serve": start}
    name = arguments[0] if arguments else ""
    if name == "serve" and len(arguments) == 2:
        archive = Path(arguments[1]).resolve()
        commands[name] = functools.partial(serve.serve_archive, archive)
    elif name not in commands or len(arguments) > 1:
        print(f"use: python3 build.py {' | '.join(commands)} [FILE.zip]", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    return 0 if succeeds(commands[name]) else 1


# --- set up -------------------------------------------------------------------------------------


def set_up() -> None:
    """Make the virtual environment and the node modules, unless they are as the locks say."""
    set_up_python()
    set_up_node()


def set_up_python() -> None:
    """Install requirements.txt, every file checked against its hash, into .venv."""
    inputs = digest([ROOT / "requirements.txt"], extra=f"{sys.executable} {sys.version}")
    stamp = Stamp(VENV / ".stamp", inputs)
    if stamp.fresh() and PYTHON.is_file():
        return
    say("virtual environment")
    if VENV.is_symlink():
        VENV.unlink()  # clearing it would clear the environment of another tree
    if subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True).returncode:
        # Debian keeps this part of Python in a package of its own.
        debian.install("python3-venv")
    run(sys.executable, "-m", "venv", "--clear", VENV)
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:"]
    run(PYTHON, "-m", "pip", "install", *options, "-r", "requirements.txt")
    stamp.write()


def set_up_node() -> None:
    """Install package-lock.json, every package checked against its hash, into node_modules."""
    inputs = digest([ROOT / name for name in ("package.json", "package-lock.json", ".npmrc")])
    stamp = Stamp(NODE_MODULES / ".stamp", inputs)
    if stamp.fresh():
        return
    say("node modules")
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise BuildError(f"{program} was not found: install Node {OLDEST_NODE} or newer.")
    version = run("node", "--version", capture=True).strip()
    if int(version.lstrip("v").split(".")[0]) < OLDEST_NODE:
        raise BuildError(f"Joulegraph needs Node {OLDEST_NODE} or newer, got {version}.")
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write()


# --- commands -----------------------------------------------------------------------------------


def check() -> None:
    """Lint, format, types of both languages, and the direction of the imports; all, then fail."""
    set_up()
    bin_, node_bin = VENV / "bin", NODE_MODULES / ".bin"
    say("lint, format, types, imports")
    failed = [
        command
        for command in (
            (bin_ / "ruff", "check", "--quiet", "."),
            (bin_ / "ruff", "format", "--check", "--quiet", "."),
            (bin_ / "mypy", "--no-error-summary"),
            (node_bin / "biome", "check", "--error-on-warnings"),
            (node_bin / "tsc", "--project", "tsconfig.json"),
            (node_bin / "tsc", "--project", "web/tsconfig.worker.json"),
            (PYTHON, "-m", "pytest", "--quiet", "tests/test_arrows.py"),
        )
        if subprocess.run(command).returncode != 0
    ]
    if failed:
        names = ", ".join(" ".join([command[0].name, *command[1:]]) for command in failed)
        raise BuildError(f"failed: {names}")


def test() -> None:
    """Run every check and every test there is; all, then fail."""
    set_up()
    steps = (check, make_dist, find_browser, test_typescript, test_python)
    failed = [step.__name__ for step in steps if not succeeds(step)]
    if failed:
        raise BuildError(f"failed: {', '.join(failed)}")


def find_browser() -> None:
    """Make sure that there is a browser for the tests."""
    browser.provide(PYTHON)


def test_typescript() -> None:
    """Bundle each tests/web/**/*.test.ts for Node and run them all."""
    say("TypeScript tests")
    sources = sorted((ROOT / "tests" / "web").rglob("*.test.ts*"))
    if not sources:
        raise BuildError("tests/web: at least one *.test.ts expected, got none.")
    output = CACHE / "typescript-tests"
    shutil.rmtree(output, ignore_errors=True)
    options = ["--bundle", "--platform=node", "--format=esm", "--log-level=warning"]
    options += ["--jsx=automatic", "--jsx-import-source=preact", "--out-extension:.js=.mjs"]
    options += ["--outbase=tests/web", "--sourcemap=inline", f"--outdir={output}"]
    run(NODE_MODULES / ".bin" / "esbuild", *options, *sources)
    reporter = "--test-reporter=spec"
    run("node", "--enable-source-maps", "--test", reporter, *sorted(output.rglob("*.mjs")))


def test_python() -> None:
    """Run pytest: the engine, the engine in Pyodide, the page in a browser."""
    say("Python tests, the engine in Pyodide, the page in a browser")
    # One more than cores: some tests wait for clocks, and all for the browser.
    workers = f"--numprocesses={(os.cpu_count() or 1) + 1}"
    options = ["--quiet", workers, "--dist=loadfile", "--durations=10"]
    run(PYTHON, "-m", "pytest", *options, "tests")


def make_dist() -> None:
    """Build dist/, unless it is up to date, and tell what it weighs."""
    set_up()
    for each in budgets.measure(dist.provide(ROOT)):
        print(each, flush=True)


def start() -> None:
    """Build and serve the page until interrupted."""
    make_dist()
    serve.serve_forever(ROOT / "dist")


def succeeds(step: Callable[[], None]) -> bool:
    """Run a step and return whether it went well; tell why it did not."""
    try:
        step()
    except subprocess.CalledProcessError as error:
        command = " ".join(map(str, error.cmd))
        print(f"failed with status {error.returncode}: {command[:300]}", file=sys.stderr)
    except BuildError as error:
        print(error, file=sys.stderr)
    else:
        return True
    return False


def say(what: str) -> None:
    """Tell which step has begun."""
    print(f"— {what}", flush=True)


def run(*command: str | Path, capture: bool = False) -> str:
    """Run a program in the repository root; raise ``CalledProcessError`` when it fails."""
    output = subprocess.PIPE if capture else None
    done = subprocess.run(command, check=True, text=True, stdout=output)
    return done.stdout or ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
