"""What leaves this machine, seen right in front of the operating system's calls.

Python raises an audit event before it connects, sends a datagram or looks a
name up.  What would leave loopback is noted down, a line each, in the file
that the environment names, and refused.  It loads nothing heavy, for each
Python that a test starts begins with it.
"""

import ipaddress
import os
import socket
import sys
from pathlib import Path

NOTES = "VOICELAB_TEST_OUTSIDE"
LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
ADDRESSED = {"socket.connect", "socket.sendto", "socket.sendmsg"}


class LeavesThisMachine(OSError):
    """What a connection to the outside is refused with."""


def is_here(host):
    """Whether a name or an address is this machine, without looking anything up."""
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost", "localhost.localdomain", socket.gethostname()):
        return True
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return found.is_loopback or found.is_unspecified


def wanted(event, args):
    """Say what a call wants outside; nothing if it stays here."""
    if event in LOOK_UPS:
        return None if is_here(args[0]) else f"looked up {args[0]!r}"
    if event in ADDRESSED:
        wire, address = args[0], args[1]
        is_inet = wire.family in (socket.AF_INET, socket.AF_INET6)
        if is_inet and address is not None and not is_here(address[0]):
            return f"{event.removeprefix('socket.')} to {address[0]!r}"
    return None


def watch(event, args):
    if not event.startswith("socket."):
        return
    outside = wanted(event, args)
    if outside is not None:
        with Path(os.environ[NOTES]).open("a", encoding="utf-8") as notes:
            notes.write(f"{outside} in {' '.join(sys.argv)[:200]}\n")
        raise LeavesThisMachine(f"a test must not leave this machine, {outside}")


def refuse():
    """Watch this process from now on, if the environment asks for it; it cannot be undone."""
    if NOTES in os.environ:
        sys.addaudithook(watch)


def noted():
    """What wanted outside so far, a line each."""
    return Path(os.environ[NOTES]).read_text("utf-8").splitlines()
