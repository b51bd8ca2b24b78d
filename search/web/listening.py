"""The sockets of the service, opened before anything else: an address that cannot be had is told at once."""

import errno
import os
import socket

from search.errors import ServeError, UsageError

BACKLOG = 2048
"""Connections that the system keeps until a worker takes them; it has a limit of its own (somaxconn)."""


def listen(host: str, port: int) -> list[socket.socket]:
    """A listening socket for each address of `host`, all at one port; connections wait until they are accepted.

    Raises UsageError where `host` is no address of this machine, ServeError where the port cannot be had.
    """
    opened: list[socket.socket] = []
    try:
        for family, address in _addresses(host, port):
            opened.append(_open(family, address, opened[0].getsockname()[1] if opened else port))
    except BaseException:
        for each in opened:
            each.close()
        raise
    return opened


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, str]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise UsageError(
            f"there is no host {host}", remedy="Name an address of this machine: 127.0.0.1, or 0.0.0.0 for all of them."
        ) from error
    return list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))


def _open(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind((address, port))
        opened.listen(BACKLOG)
        opened.setblocking(False)
    except OSError as error:
        opened.close()
        raise _why(error, address, port) from error
    return opened


def _why(error: OSError, address: str, port: int) -> Exception:
    match error.errno:
        case errno.EADDRINUSE:
            return ServeError(
                f"port {port} of {address} is in use",
                remedy="Stop the program that has it, or take another with --port; 0 is any free one.",
            )
        case errno.EACCES:
            return ServeError(
                f"port {port} of {address} is not for this user", remedy="Take one above 1023, behind a proxy."
            )
        case errno.EADDRNOTAVAIL:
            return UsageError(f"{address} is no address of this machine", remedy="127.0.0.1 is, and 0.0.0.0 is all.")
    return ServeError(f"port {port} of {address} cannot be had: {os.strerror(error.errno or 0)}")
