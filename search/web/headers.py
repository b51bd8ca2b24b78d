"""The headers that every answer has: what a browser must not do with it."""

from collections.abc import Sequence

Header = tuple[bytes, bytes]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere but the pictures of posts, and no page around ours."""

DEFAULTS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # The address of a search says what somebody looks for: other sites learn nothing of it.
    "referrer-policy": "same-origin",
    # A window that opened ours, or that ours opened, cannot reach into it.
    "cross-origin-opener-policy": "same-origin",
}


def of_every_answer(configured: Sequence[tuple[str, str]]) -> list[Header]:
    """The defaults with the `configured` names and values in place of theirs; an empty value takes the header out."""
    headers = {**DEFAULTS, **dict(configured)}
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items() if value]
