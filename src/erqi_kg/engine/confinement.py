"""Take the network from a process and its children, by a system call filter of the kernel.

The scan refuses SERVICE; should it ever be fooled, the engine's own HTTP client still gets no
socket. Descriptors that are already open, and socket pairs, keep working.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

_SET_NO_NEW_PRIVS = 38
_SET_SECCOMP = 22
_MODE_FILTER = 2

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_CALL_OFFSET, _ARCHITECTURE_OFFSET = 0, 4
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EACCES, 0x80000000
_X32_CALLS = 0x40000000

# Audit architecture, then the numbers of socket(2) and io_uring_setup(2).
_CALLS = {
    "x86_64": (0xC000003E, 41, 425),
    "aarch64": (0xC00000B7, 198, 425),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def take_network() -> bool:
    """Refuse every new socket from now on; False where the kernel offers no filter."""
    calls = _CALLS.get(platform.machine())
    if calls is None:
        return False
    filters = _filters(*calls)
    program = _Program(len(filters) // 8, filters)
    process = ctypes.CDLL(None, use_errno=True)
    if process.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(process.prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _filters(architecture: int, socket_call: int, ring_call: int) -> bytes:
    steps = (
        (_LOAD, 0, 0, _ARCHITECTURE_OFFSET),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _CALL_OFFSET),
        (_JUMP_AT_LEAST, 2, 0, _X32_CALLS),
        (_JUMP_EQUAL, 1, 0, socket_call),
        (_JUMP_EQUAL, 0, 1, ring_call),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    )
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
