"""What proves who sent a delivery, and that nothing else does: vectors of each service, and mutations of them."""

import hashlib
from collections.abc import Mapping
from urllib.parse import quote_plus, unquote_to_bytes, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import UnauthorizedError, UsageError
from search.web.signatures import Scheme, Verifier, form_payload, scheme_of
from tests.web.deliveries import (
    BODY,
    SECRET,
    SENDERS,
    SIGNED,
    VECTOR,
    WHSEC,
    hub,
    jws,
    sent_by,
    standard,
)


def verified(headers: Mapping[str, str], body: bytes, *secrets: str) -> bool:
    known = secrets or (SECRET, WHSEC)
    try:
        Verifier(known).verify(scheme_of(headers), headers, body)
    except UnauthorizedError as error:
        refused = error
    else:
        return True
    assert refused.remedy
    assert not any(secret in f"{refused}{refused.remedy}" for secret in known)
    return False


def test_githubs_vector() -> None:
    assert verified({"x-hub-signature-256": f"sha256={VECTOR}"}, b"Hello, World!")
    assert hub(b"Hello, World!") == {"x-hub-signature-256": f"sha256={VECTOR}"}


def test_the_vector_of_standard_webhooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that the libraries of Standard Webhooks are tested with."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", _Then)
    assert verified(headers, b'{"test": 2432232314}', WHSEC)


class _Then:
    """datetime, in 2021."""

    from datetime import datetime as _real

    fromtimestamp = _real.fromtimestamp

    @classmethod
    def now(cls, tz: object) -> object:
        return cls._real.fromtimestamp(1614265330, tz)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SENDERS)
def test_each_sender_is_known(name: str) -> None:
    headers, body = sent_by(name)
    assert verified(headers, body)
    assert not verified(headers, body, "another secret", "whsec_AAAA")


@pytest.mark.parametrize("name", SIGNED)
def test_another_body_is_refused(name: str) -> None:
    headers, body = sent_by(name)
    assert not verified(headers, body + b" ")
    assert not verified(headers, body[:-1])
    assert not verified(headers, b"")


@given(st.sampled_from(SENDERS), st.data())
def test_whatever_is_altered_in_what_proves_it_is_refused(name: str, data: st.DataObject) -> None:
    headers, body = sent_by(name)
    header = data.draw(st.sampled_from(sorted(headers)))
    value = headers[header]
    start = data.draw(st.integers(0, len(value)))
    end = data.draw(st.integers(start, len(value)))
    put = data.draw(st.text(st.characters(max_codepoint=255, exclude_characters=" "), max_size=3))
    altered = value[:start] + put + value[end:]
    same_scheme = scheme_of(headers) == Scheme.BEARER and altered.lower() == value.lower() and altered[6:] == value[6:]
    assert verified({**headers, header: altered}, body) == (altered == value or same_scheme)


@given(st.sampled_from(SIGNED), st.data())
def test_whatever_is_altered_in_the_body_is_refused(name: str, data: st.DataObject) -> None:
    headers, body = sent_by(name)
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, len(body)))
    altered = body[:start] + data.draw(st.binary(max_size=3)) + body[end:]
    same_inside = "x-hub-signature-256" in headers and BODY in (altered, form_payload(altered))
    assert verified(headers, altered) == (altered == body or same_inside)


@given(
    st.dictionaries(
        st.sampled_from([*Scheme, "webhook-id", "webhook-timestamp"]), st.text(st.characters(max_codepoint=255))
    ),
    st.binary(),
)
def test_no_headers_and_no_body_make_it_raise_anything_else(headers: dict[str, str], body: bytes) -> None:
    assert not verified(headers, body)


def test_github_signs_a_form_as_it_is_sent() -> None:
    body = urlencode({"payload": BODY.decode()}).encode()
    assert verified(hub(body), body)


def test_what_is_no_form_is_not_taken_for_an_empty_one() -> None:
    assert not verified(hub(b""), BODY)
    assert verified(hub(b""), b"payload=")
    assert not verified(hub(BODY), b"payload=" + quote_plus(BODY).encode() + b"&payload=x")


@given(st.binary(max_size=300), st.sampled_from(["", "=", "/", "{}", "="]))
def test_a_form_is_decoded_as_urls_are(payload: bytes, unescaped: str) -> None:
    form = quote_plus(payload, safe=unescaped).encode()
    assert form_payload(b"payload=" + form) == payload == unquote_to_bytes(form.replace(b"+", b" "))


@given(st.binary(max_size=50).filter(lambda body: not body.startswith(b"payload=")))
def test_what_is_no_form_has_nothing_inside(body: bytes) -> None:
    assert form_payload(body) is None
    assert form_payload(b"payload=1&" + body) is None
    assert isinstance(form_payload(b"payload=" + body.replace(b"&", b"")), bytes)


@pytest.mark.parametrize(("at", "taken"), [(-290, True), (-310, False), (290, True), (310, False)])
def test_a_standard_webhook_counts_for_five_minutes(at: float, taken: bool) -> None:
    assert verified(standard(BODY, at=at), BODY) == taken


@pytest.mark.parametrize("spelling", ["0{}", "{}.0", "+{}", " {}", "{}e0", "1_{}", "nan", "inf", ""])
def test_the_time_of_a_standard_webhook_has_one_spelling(spelling: str) -> None:
    headers = standard(BODY)
    assert not verified({**headers, "webhook-timestamp": spelling.format(headers["webhook-timestamp"])}, BODY)


def test_of_several_standard_signatures_one_is_enough() -> None:
    right = standard(BODY)
    rotated = (
        f"v1a,unknown nonsense {standard(BODY, secret='whsec_AAAA')['webhook-signature']} {right['webhook-signature']}"
    )
    assert verified({**right, "webhook-signature": rotated}, BODY)
    assert not verified({**right, "webhook-signature": right["webhook-signature"].replace("v1,", "v2,")}, BODY)


def test_a_standard_webhook_may_be_signed_with_a_secret_that_is_no_base64() -> None:
    assert verified(standard(BODY, secret=SECRET), BODY, SECRET)


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp"])
def test_a_standard_webhook_needs_all_its_headers(missing: str) -> None:
    headers = standard(BODY)
    del headers[missing]
    assert not verified(headers, BODY)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "netlify"},
        {"sha256": hashlib.sha256(BODY).hexdigest()},
        {"iss": "another", "sha256": hashlib.sha256(BODY).hexdigest()},
        {"iss": "netlify", "sha256": hashlib.sha256(b"").hexdigest()},
        {"iss": "netlify", "sha256": None},
    ],
)
def test_a_jws_that_says_something_else_is_refused(claims: dict[str, object]) -> None:
    assert not verified(jws(claims), BODY)


@pytest.mark.parametrize("alg", ["none", "HS384", "RS256"])
def test_a_jws_of_another_algorithm_is_refused(alg: str) -> None:
    assert not verified(jws({"iss": "netlify", "sha256": hashlib.sha256(BODY).hexdigest()}, alg=alg), BODY)


def test_either_of_two_secrets_will_do() -> None:
    for secret in ("old", "new"):
        assert verified(hub(BODY, secret), BODY, "old", "new")
        assert verified({"authorization": f"bearer {secret}"}, BODY, "old", "new")
    assert not verified(hub(BODY, "older"), BODY, "old", "new")


def test_a_stale_signature_is_not_made_good_by_a_token() -> None:
    token = {"x-gitlab-token": SECRET, "authorization": f"Bearer {SECRET}"}
    assert verified(token, BODY)
    assert not verified({**token, **standard(BODY, at=-400)}, BODY)
    assert not verified({**token, "x-hub-signature-256": "sha256="}, BODY)


def test_nobody_learns_a_secret_from_what_holds_it() -> None:
    verifier = Verifier([SECRET])
    assert SECRET not in repr(vars(verifier))


@pytest.mark.parametrize("secret", ["whsec_", "whsec_A"])
def test_a_secret_that_is_cut_off_is_refused_at_once(secret: str) -> None:
    with pytest.raises(UsageError, match="not base64") as refused:
        Verifier([secret])
    assert refused.value.remedy
    assert secret + "A" not in str(refused.value)
