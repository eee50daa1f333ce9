"""Runs a command on a terminal of its own and types an answer at each question (a line that ends in "> ").

on_terminal.py ANSWERS COMMAND [ARGUMENT...]     ANSWERS are separated by commas
"""

import os
import pty
import select
import signal
import sys
import time

answers = sys.argv[1].split(",")
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown = b""
answered = 0
deadline = time.monotonic() + 60
while True:
    if time.monotonic() > deadline:
        os.kill(child, signal.SIGKILL)
        break
    if not select.select([terminal], [], [], 1)[0]:
        continue
    try:
        data = os.read(terminal, 65536)
    except OSError:  # nobody holds the other side any more
        break
    shown += data
    if shown.find(b"> ", answered) >= 0 and shown.endswith(b"> "):
        answered = len(shown)
        if answers:
            os.write(terminal, answers.pop(0).encode() + b"\n")
        else:
            os.write(terminal, b"\x04")  # the end of input
_, status = os.waitpid(child, 0)
sys.stdout.buffer.write(shown)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(status))
