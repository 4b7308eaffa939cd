"""ZigZag in an environment of its own: made once in a folder for caches, never in the project's."""

import os
import subprocess
import sys
import venv
from pathlib import Path

VERSION = "3.9.1"
SHA256 = "0d3fbd6fac89138cf66dafac42e8abe54b469b91ba2603551df18f27b3389f44"
"""Of zigzag_dse-3.9.1-py3-none-any.whl."""

NEEDS = (
    *("Cerberus==1.3.8", "matplotlib==3.11.2", "multiprocessing_on_dill==3.5.0a4"),
    *("networkx==3.6.1", "numpy==2.4.6", "onnx==1.23.2", "PyYAML==6.0.3", "seaborn==0.13.2"),
    *("sympy==1.14.0", "tqdm==4.70.1", "typeguard==4.6.0"),
    "six==1.17.0",  # ZigZag imports it, and does not say so
)


def cache_folder() -> Path:
    """Return the user's folder for caches."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(given) if given else Path.home() / ".cache") / "joulegraph"


def zigzag_python(cache: Path) -> Path:
    """Return the Python of ZigZag's environment, which is made if it is not there yet.

    Raises:
        subprocess.CalledProcessError: a package can't be installed.
    """
    folder = cache / f"zigzag-{VERSION}"
    python = folder / "bin" / "python"
    done = folder / "complete"
    if done.is_file():
        return python
    sys.stderr.write(f"installing zigzag-dse {VERSION} in {folder}\n")
    venv.create(folder, clear=True, with_pip=True)
    wanted = folder / "zigzag.txt"
    wanted.write_text(f"zigzag-dse=={VERSION} --hash=sha256:{SHA256}\n")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, *NEEDS], check=True)
    subprocess.run([*install, "--no-deps", "--require-hashes", "-r", str(wanted)], check=True)
    done.write_text(f"{VERSION}\n")
    return python
