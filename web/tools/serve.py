"""A small server for dist/, as strict as the host of the real page should be."""

import errno
import functools
import http.server
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from web.tools.failure import BuildError
from web.tools.policy import HEADERS, headers_for

FIRST_PORT = 8000
PORTS_TRIED = 100


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder with the given headers; quiet, and keeps connections open."""

    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012 - the attribute of the base class
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".json": "application/json",
        ".mjs": "text/javascript",
        ".svg": "image/svg+xml",
        ".wasm": "application/wasm",
        ".webmanifest": "application/manifest+json",
    }

    def __init__(
        self,
        *request: Any,
        headers_added: Mapping[str, str],
        tell: Callable[[str], None],
        **options: Any,
    ) -> None:
        self.headers_added = headers_added
        self.tell = tell
        super().__init__(*request, **options)

    def end_headers(self) -> None:
        for name, value in headers_for(self.path, self.headers_added).items():
            self.send_header(name, value)
        # The browser asks each time whether a file has changed, and is told "no" in one line.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_request(self, *_: object) -> None:
        self.tell(self.path)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class has it
        pass


class Server(http.server.ThreadingHTTPServer):
    """A server whose threads do not outlive it, silent about visitors who leave early."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def make_server(
    folder: Path,
    port: int,
    headers: Mapping[str, str] = HEADERS,
    tell: Callable[[str], None] = lambda _: None,
) -> Server:
    """Return a server of ``folder`` on this machine's loopback; port 0 is any free one.

    ``tell`` gets the path of every request, as it is answered.
    """
    handler = functools.partial(Handler, directory=str(folder), headers_added=headers, tell=tell)
    return Server(("127.0.0.1", port), handler)


def serve_forever(folder: Path) -> None:
    """Serve on port 8000 or the next free one, say where, until interrupted."""
    with _first_free(folder) as server:
        address = f"http://localhost:{server.server_port}"
        print(f"Joulegraph is at {address} (Ctrl-C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


def serve_archive(archive: Path) -> None:
    """Serve what is in a zip file of the page, as ``serve_forever`` does a folder.

    Raises:
        BuildError: there is no such file, or it does not hold the page.
    """
    with tempfile.TemporaryDirectory(prefix="joulegraph-") as folder:
        try:
            with zipfile.ZipFile(archive) as files:
                files.extractall(folder)  # names that lead out of the folder are cut
        except (OSError, zipfile.BadZipFile) as error:
            raise BuildError(f"{archive}: the zip file of the page expected: {error}") from None
        if not (Path(folder) / "index.html").is_file():
            raise BuildError(f"{archive}: the page expected, got a zip file without index.html.")
        serve_forever(Path(folder))


def _first_free(folder: Path) -> Server:
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        try:
            return make_server(folder, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    return make_server(folder, 0)
