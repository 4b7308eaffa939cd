"""The page's content-security policy, in one place: what the page may load and where it may ask.

Everything comes from the page's own host and nothing goes anywhere else. That is the proof that a
model dropped on the page stays in the tab.
"""

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

#: What a host that can set headers sends with every file.
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def headers_file() -> str:
    """Return the content of ``_headers``, which several static hosts read."""
    return "/*\n" + "".join(f"  {name}: {value}\n" for name, value in HEADERS.items())
