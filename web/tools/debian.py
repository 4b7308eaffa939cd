"""Debian's packages, for those who may install them."""

import os
import shutil
import subprocess


def may_install() -> bool:
    """Return whether this user can install packages here without being asked anything."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install(package: str) -> bool:
    """Install ``package`` and return whether that worked; does nothing where it is not allowed."""
    if not may_install():
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    update = ["apt-get", "update", "-qq"]
    add = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    return all(
        subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL).returncode == 0
        for command in (update, add)
    )
