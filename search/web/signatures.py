"""Who sent a delivery: the five ways in which the services that push content prove that they know the secret.

    webhook-signature       Standard Webhooks (GitLab's signing token is one of them)      signs id, time and body
    x-webhook-signature     Netlify: a JWS of the body's SHA-256                           signs the body
    x-hub-signature-256     GitHub, Gitea, Forgejo: HMAC-SHA256 of the body                signs the body
    x-gitlab-token          GitLab: the secret itself                                      a token
    authorization           `Bearer` and the secret itself                                 a token

The strongest of those that came decides alone: a stale signature is not made good by a token that came with it.
Signatures are over the bytes that were sent. Comparisons take the same time wherever the first difference is.
"""

import binascii
import hashlib
import hmac
import os
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import jwt
import standardwebhooks

from search.errors import UnauthorizedError, UsageError

_FORM = b"payload="

# Canonical base64 of 32 bytes, and a number. The library reads others as well; here each has one spelling.
_STANDARD_SIGNATURE = re.compile(r"v1,[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")
_TIMESTAMP = re.compile(r"[1-9][0-9]{0,11}")
_COMPACT_JWS = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)


class Scheme(StrEnum):
    """By the header that carries it, the strongest first."""

    STANDARD = "webhook-signature"
    NETLIFY = "x-webhook-signature"
    HUB = "x-hub-signature-256"
    GITLAB = "x-gitlab-token"
    BEARER = "authorization"

    @property
    def signs_body(self) -> bool:
        """A token can be compared before the body was read."""
        return self not in (Scheme.GITLAB, Scheme.BEARER)


@dataclass(frozen=True, slots=True, repr=False)
class _Key:
    """One secret. It has no repr, so that no log or traceback shows it."""

    secret: bytes
    standard: standardwebhooks.Webhook


class Verifier:
    """Knows the secrets. Several are for the time in which one takes the place of another: any of them will do."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """`secrets` are as the sender's settings show them; one that begins with `whsec_` is base64 for Standard
        Webhooks, and its text for all else. Raises UsageError where that base64 is none."""
        self._keys = tuple(_key(secret) for secret in secrets)

    def verify(self, scheme: Scheme, headers: Mapping[str, str], body: bytes = b"") -> None:
        """Raises UnauthorizedError unless a secret made what the headers hold, for this body if the scheme signs it.

        `headers` are by lower-case name, as HTTP has them (Latin-1).
        """
        check = _CHECKS[scheme]
        found = [check(key, headers, body) for key in self._keys]
        if not any(found):
            raise UnauthorizedError(
                f"{scheme}: this is not what the secret gives.",
                remedy="Use one secret on both sides, sign the body as it is sent, and see that both clocks are right.",
            )


def scheme_of(headers: Mapping[str, str]) -> Scheme:
    """The strongest scheme that the headers (by lower-case name) name. Raises UnauthorizedError where there is none."""
    for scheme in Scheme:
        if scheme in headers:
            return scheme
    raise UnauthorizedError(
        "Nothing says who sent this.",
        remedy="Sign the delivery, or send the secret as `Authorization: Bearer SECRET`.",
    )


def form_payload(body: bytes) -> bytes | None:
    """The JSON in a form `payload=...`; None where `body` is no such form."""
    if not body.startswith(_FORM) or b"&" in body:
        return None
    # An escape of a form is one of quoted-printable but for its first character, and that is decoded in C: 25 MB in
    # 0.05 s, where urllib takes 1.5 s and a gigabyte, and anybody may send them.
    escaped = body[len(_FORM) :].replace(b"+", b" ").replace(b"=", b"=3D").replace(b"%", b"=")
    return binascii.a2b_qp(escaped)


def _key(secret: str) -> _Key:
    text = os.fsencode(secret)  # the bytes that the environment or the file held
    try:
        standard = standardwebhooks.Webhook(secret if secret.startswith("whsec_") else text)
    except Exception as error:  # the library has several, and binascii its own
        raise UsageError(
            "A secret of the hook begins with whsec_, but what follows is not base64.",
            remedy="Copy it whole from the sender's settings.",
        ) from error
    return _Key(text, standard)


def _standard(key: _Key, headers: Mapping[str, str], body: bytes) -> bool:
    """https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md; five minutes either
    way. A body that is not UTF-8 is refused: the library signs text."""
    known = [one for one in headers[Scheme.STANDARD].split(" ") if _STANDARD_SIGNATURE.fullmatch(one)]
    if not known or not _TIMESTAMP.fullmatch(headers.get("webhook-timestamp", "")):
        return False
    signed = {name: headers.get(name, "") for name in ("webhook-id", "webhook-timestamp")}
    try:
        key.standard.verify(body, signed | {Scheme.STANDARD: " ".join(known)}, json_parse=False)
    except (standardwebhooks.WebhookVerificationError, UnicodeDecodeError):
        return False
    return True


def _netlify(key: _Key, headers: Mapping[str, str], body: bytes) -> bool:
    """https://docs.netlify.com/deploy/deploy-notifications/#payload-signature."""
    token = headers[Scheme.NETLIFY]
    if not _COMPACT_JWS.fullmatch(token):
        return False
    with warnings.catch_warnings():
        # How long the secret is lies with its owner, who reads of it in docs/hooks.md, and not with each delivery.
        warnings.simplefilter("ignore", jwt.InsecureKeyLengthWarning)
        try:
            claims = jwt.decode(
                token, key.secret, algorithms=["HS256"], issuer="netlify", options={"require": ["iss", "sha256"]}
            )
        except jwt.PyJWTError:
            return False
    return _same(str(claims["sha256"]).encode(), hashlib.sha256(body).hexdigest().encode())


def _hub(key: _Key, headers: Mapping[str, str], body: bytes) -> bool:
    """https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries. GitHub signs what it sends;
    Gitea and Forgejo, where they send a form, the JSON inside."""
    given = _bytes(headers[Scheme.HUB])
    signed = [body] if (inside := form_payload(body)) is None else [body, inside]
    found = [_same(given, b"sha256=" + hmac.digest(key.secret, each, "sha256").hex().encode()) for each in signed]
    return any(found)


def _gitlab(key: _Key, headers: Mapping[str, str], body: bytes) -> bool:
    return _same(_bytes(headers[Scheme.GITLAB]), key.secret)


def _bearer(key: _Key, headers: Mapping[str, str], body: bytes) -> bool:
    """https://www.rfc-editor.org/rfc/rfc6750#section-2.1; the scheme's name in any case (RFC 9110, 11.1)."""
    name, _, token = headers[Scheme.BEARER].partition(" ")
    return _same(_bytes(token.strip(" ")), key.secret) and name.lower() == "bearer"


_CHECKS = {
    Scheme.STANDARD: _standard,
    Scheme.NETLIFY: _netlify,
    Scheme.HUB: _hub,
    Scheme.GITLAB: _gitlab,
    Scheme.BEARER: _bearer,
}


def _same(given: bytes, expected: bytes) -> bool:
    return hmac.compare_digest(given, expected)


def _bytes(value: str) -> bytes:
    """A header's value as it was sent."""
    return value.encode("latin-1")
