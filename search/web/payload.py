"""What the body of a delivery says beyond that something changed. It is a hint: content hashes decide what is read."""

import json

from search.web.signatures import form_payload

_HEADS = "refs/heads/"


def branch_of(body: bytes) -> str | None:
    """The branch that was pushed to or built; a tag's whole ref; None where the body, sent as JSON or as a form, names
    neither. Never raises."""
    try:
        payload = json.loads(body if (inside := form_payload(body)) is None else inside)
    except (ValueError, RecursionError):
        return None
    if not isinstance(payload, dict):
        return None
    ref = payload.get("ref", payload.get("branch"))  # Netlify tells of a build's branch by its name
    return ref.removeprefix(_HEADS) if isinstance(ref, str) else None
