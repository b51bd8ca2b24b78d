"""An address is had or refused at once, in words."""

import socket

import pytest

from search.errors import ServeError, UsageError
from search.web.listening import listen


def test_every_address_of_a_host_listens_at_one_port() -> None:
    opened = listen("localhost", 0)
    try:
        ports = {each.getsockname()[1] for each in opened}
        assert len(ports) == 1
        for each in opened:
            with socket.create_connection(each.getsockname()[:2]):
                pass
    finally:
        for each in opened:
            each.close()


def test_a_port_that_is_taken_is_named_and_nothing_stays_open() -> None:
    (taken,) = listen("127.0.0.1", 0)
    with taken, pytest.raises(ServeError, match=f"port {taken.getsockname()[1]} of 127.0.0.1 is in use"):
        listen("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host", "x" * 300, "256.1.1.1"])
def test_an_address_of_another_machine_is_bad_usage(host: str) -> None:
    with pytest.raises(UsageError, match=r"no host|no address of this machine"):
        listen(host, 0)
