"""From an accelerator's file, schema joulegraph/accelerator/2, to ``Hardware``.

Every part of the file is read by a module of its own: ``levels``, ``array`` (with the network),
``macs``, ``spaces`` (the dataflows); ``py.platforms.fields`` reads one field at a time.
"""

from py.platforms.accelerator.file.read import hardware_from_json

__all__ = ["hardware_from_json"]
