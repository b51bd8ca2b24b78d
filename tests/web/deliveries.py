"""Deliveries as the services send them, made without the code that verifies them, and what they are answered."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

CONTENT = "/hooks/content"
SECRET = "It's a Secret to Everybody"
VECTOR = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
"""GitHub's own: this secret, the body `Hello, World!`."""

WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"ref":"refs/heads/main"}'
FORM = b"payload=" + quote_plus(BODY).encode()
SIGNED = ["github", "gitea form", "standard", "netlify"]
SENDERS = [*SIGNED, "gitlab token", "bearer"]


def sent_by(name: str) -> tuple[dict[str, str], bytes]:
    """Headers and body of a delivery that is made now."""
    return {
        "github": (hub(BODY), BODY),
        "gitea form": (hub(BODY), FORM),
        "standard": (standard(BODY), BODY),
        "netlify": (netlify(BODY), BODY),
        "gitlab token": ({"x-gitlab-token": SECRET}, BODY),
        "bearer": (bearer(), BODY),
    }[name]


def hub(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"x-hub-signature-256": f"sha256={hmac.new(secret.encode(), body, 'sha256').hexdigest()}"}


def standard(body: bytes, *, at: float = 0.0, secret: str = WHSEC, id_: str = "msg_1") -> dict[str, str]:
    """`at` is seconds from now."""
    key = base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
    sent = str(int(time.time() + at))
    signature = base64.b64encode(hmac.digest(key, f"{id_}.{sent}.".encode() + body, "sha256")).decode()
    return {"webhook-id": id_, "webhook-timestamp": sent, "webhook-signature": f"v1,{signature}"}


def jws(claims: Mapping[str, object], *, secret: str = SECRET, alg: str = "HS256") -> dict[str, str]:
    def part(value: bytes) -> bytes:
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    signed = part(json.dumps({"alg": alg, "typ": "JWT"}).encode()) + b"." + part(json.dumps(claims).encode())
    signature = b"" if alg == "none" else part(hmac.digest(secret.encode(), signed, "sha256"))
    return {"x-webhook-signature": (signed + b"." + signature).decode()}


def netlify(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return jws({"iss": "netlify", "sha256": hashlib.sha256(body).hexdigest()}, secret=secret)


def bearer(secret: str = SECRET) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def is_problem(answer: Any, status: int) -> bool:
    """Problem details with a remedy."""
    told = answer.json()
    kind = answer.headers["content-type"]
    return (answer.status_code, told["status"], kind, bool(told["detail"] and told["remedy"])) == (
        status,
        status,
        "application/problem+json",
        True,
    )


def run_of(answer: Any) -> str:
    """The run that a delivery led to."""
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert told["status"] == "accepted"
    assert answer.headers["location"] == f"/hooks/runs/{told['run']}"
    run: str = told["run"]
    return run
