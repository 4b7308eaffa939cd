"""Names of Arm's processor cores, which the kernel gives as numbers.

Implementer and part numbers are those of Linux's ``arch/arm64/include/asm/cputype.h``.
"""

_ARM = {
    "0xd03": "Cortex-A53",
    "0xd05": "Cortex-A55",
    "0xd07": "Cortex-A57",
    "0xd08": "Cortex-A72",
    "0xd0b": "Cortex-A76",
    "0xd0c": "Neoverse-N1",
    "0xd40": "Neoverse-V1",
    "0xd41": "Cortex-A78",
    "0xd42": "Cortex-A78AE",
    "0xd49": "Neoverse-N2",
    "0xd4f": "Neoverse-V2",
}


def arm_name(implementer: str | None, part: str | None) -> str | None:
    """Return a core's name by its numbers; None where they are not known here."""
    if implementer != "0x41" or part is None:
        return None
    name = _ARM.get(part.lower())
    return None if name is None else f"Arm {name}"
