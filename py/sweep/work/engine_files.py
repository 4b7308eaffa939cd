"""The engine, sent to the workers of a cluster that have none.

``EngineFiles`` is pickled by value: where it is unpacked, nothing of the engine is there yet. So it
takes all that it needs within its methods.
"""

import io
import zipfile
from hashlib import sha256
from pathlib import Path

from distributed import Worker
from distributed.diagnostics.plugin import WorkerPlugin

from py.sweep.work.sources import ROOT, engine_files_in

#: What a worker must be able to import.
NEEDED = "py.sweep.work.remote"


def engine_zip(root: Path = ROOT) -> bytes:
    """Return the engine's sources, and the platforms and schemas that it reads, as a ZIP file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in engine_files_in(root):
            # Without a time of day: the same engine is the same file.
            archive.writestr(zipfile.ZipInfo(str(file.relative_to(root))), file.read_bytes())
    return packed.getvalue()


class EngineFiles(WorkerPlugin):
    """Lets a worker import the engine: its own if it has one, else the one that is brought."""

    def __init__(self, zipped: bytes, needed: str = NEEDED) -> None:
        self.digest = sha256(zipped).hexdigest()[:16]
        self.name = f"joulegraph-engine-{self.digest}"
        self._zipped = zipped
        self._needed = needed

    def setup(self, worker: Worker) -> None:
        import importlib
        import io
        import sys
        import zipfile
        from pathlib import Path

        def forget() -> None:
            for name in [name for name in sys.modules if name.split(".")[0] == "py"]:
                del sys.modules[name]

        folder = Path(worker.local_directory) / f"joulegraph-{self.digest}"
        # Another engine that was brought, by an earlier sweep: this one takes its place.
        others = [
            place
            for place in sys.path
            if place.startswith(str(folder.parent / "joulegraph-")) and place != str(folder)
        ]
        for place in others:
            sys.path.remove(place)
            forget()
        # pytest ships a module py.py, which is no package and would stand before ours.
        if not hasattr(sys.modules.get("py", sys), "__path__"):
            forget()
        try:
            importlib.import_module(self._needed)
        except ImportError:
            forget()
            with zipfile.ZipFile(io.BytesIO(self._zipped)) as archive:
                archive.extractall(folder)
            sys.path.insert(0, str(folder))
            importlib.invalidate_caches()
            importlib.import_module(self._needed)
