"""The page's content-security policy, in one place: what the page may load and where it may ask.

Everything comes from the page's own host and nothing goes anywhere else. That is the proof that a
model dropped on the page stays in the tab.
"""

from collections.abc import Mapping

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)

#: The console's own. PyScript starts its worker from a blob, which has the policy of the page that
#: made it, and makes code of text there; it reads blobs too. Nothing of that goes to another host.
CONSOLE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' blob: 'wasm-unsafe-eval' 'unsafe-eval'",
        "worker-src 'self' blob:",
        "connect-src 'self' blob:",
        # The editor writes its own style sheet where the browser can't be given one.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)

_NAME = "Content-Security-Policy"
#: What a host that can set headers sends with every file.
HEADERS = {
    _NAME: POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
CONSOLE = "console.html"


def headers_for(path: str, headers: Mapping[str, str] = HEADERS) -> dict[str, str]:
    """Return what a host that sends ``headers`` sends with the file at a path."""
    own = path.split("?")[0].rsplit("/", 1)[-1] == CONSOLE and _NAME in headers
    return {**headers, _NAME: CONSOLE_POLICY} if own else dict(headers)


def headers_file() -> str:
    """Return the content of ``_headers``, which several static hosts read.

    Where two rules match a path, some send both policies, and both hold: so the strict one is sent
    with what can hold one, a page or a worker, and not with all.
    """
    rules = {
        "/*": {name: text for name, text in HEADERS.items() if name != _NAME},
        **{path: {_NAME: POLICY} for path in ("/", "/index.html", "/worker.js")},
        **{path: {_NAME: CONSOLE_POLICY} for path in (f"/{CONSOLE}", "/console")},
    }
    return "".join(
        f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in headers.items())
        for path, headers in rules.items()
    )
