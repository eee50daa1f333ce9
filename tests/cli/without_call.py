"""Runs a command for which one system call does nothing but fail, as old containers and poor file systems have it.

without_call.py NUMBER ERROR COMMAND [ARGUMENT...]     Linux; NUMBER is that of the call on this machine
"""

import ctypes
import os
import sys

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD_WORD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000


class Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("k", ctypes.c_uint32)]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(Instruction))]


instructions = (Instruction * 4)(
    Instruction(LOAD_WORD, 0, 0, 0),  # the number of the call
    Instruction(JUMP_IF_EQUAL, 0, 1, int(sys.argv[1])),
    Instruction(RETURN, 0, 0, FAIL | int(sys.argv[2])),
    Instruction(RETURN, 0, 0, ALLOW),
)
libc = ctypes.CDLL(None, use_errno=True)
forbidden = libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 and libc.prctl(
    PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(Program(len(instructions), instructions)), 0, 0
) == 0
if not forbidden:
    sys.exit(f"the system has no filters: {os.strerror(ctypes.get_errno())}")
os.execvp(sys.argv[3], sys.argv[3:])
