"""The address of a scheduler, as it is given."""

import re

from py.errors import JoulegraphError

#: In place of an address: a cluster of this machine.
LOCAL = "local"
_ADDRESS = re.compile(r"(?:[a-z]+://)?(?:\[[0-9a-fA-F:]+\]|[^\s/:\[\]]+):[0-9]{1,5}")


def check_address(address: str) -> None:
    """Raise JoulegraphError ``scheduler-address`` for what can't be an address."""
    if not _ADDRESS.fullmatch(address):
        raise no_address(address)


def no_address(address: str) -> JoulegraphError:
    """Return what is said of an address that is none."""
    return JoulegraphError(
        "scheduler-address",
        f"The address of a scheduler looks like tcp://host:8786, got {address!r}.",
        f"Give the address that the scheduler printed when it started, or: {LOCAL}",
    )
