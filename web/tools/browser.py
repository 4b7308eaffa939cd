"""The browser of the tests: the system's Chromium or Chrome, else Playwright's, else Debian's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from web.tools import debian
from web.tools.failure import BuildError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
DOWNLOAD_LIMIT_S = 300

#: Asks Playwright, in the environment it is installed in, where its own browser would be.
OWN_PATH = (
    "from playwright.sync_api import sync_playwright as start\n"
    "with start() as playwright: print(playwright.chromium.executable_path)"
)


def find_on_system() -> str | None:
    """Return the path of an installed browser that runs, or None; ``CHROME`` names one's own."""
    candidates = [os.environ.get("CHROME"), *map(shutil.which, NAMES), *APPLICATIONS]
    return next((path for path in candidates if path and _runs(path)), None)


def flags() -> list[str]:
    """Return the options that a browser under test needs: it asks nothing of anyone by itself."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    # Chromium refuses to run its sandbox as root.
    return ["--no-sandbox", *quiet] if os.geteuid() == 0 else quiet


def provide(python: Path) -> None:
    """Make sure that there is a browser; raise ``BuildError`` that says what to do if not."""
    if find_on_system() or _own_path(python):
        return
    print("— browser", flush=True)
    try:
        command = [str(python), "-m", "playwright", "install", "chromium"]
        done = subprocess.run(command, timeout=DOWNLOAD_LIMIT_S, capture_output=True)
        if done.returncode == 0 and _own_path(python):
            return
    except subprocess.TimeoutExpired:
        print("Playwright's browser did not come in time.", file=sys.stderr)
    if debian.install("chromium") and find_on_system():
        return
    raise BuildError(
        "The tests need Chromium or Chrome, and none was found nor could be installed. Install one "
        "(Debian: apt-get install chromium), or name one: CHROME=/path/to/chrome npm test."
    )


def _own_path(python: Path) -> str | None:
    asked = subprocess.run([python, "-c", OWN_PATH], capture_output=True, text=True)
    path = asked.stdout.strip()
    return path if asked.returncode == 0 and Path(path).is_file() else None


def _runs(path: str) -> bool:
    """Return whether it starts: some systems ship a stub that only says 'install me'."""
    if not Path(path).is_file():
        return False
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
