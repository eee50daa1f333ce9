"""Runs a command whose standard output or error is a pipe that is full at first, and that another has made non-blocking.

behind_full_pipe.py 1|2 COMMAND [ARGUMENT...]     prints what the command wrote there, and ends with its exit code
"""

import os
import subprocess
import sys
import time

reader, writer = os.pipe2(os.O_NONBLOCK)
full = 0
try:
    while True:
        full += os.write(writer, b"." * 65536)
except BlockingIOError:
    pass
streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
streams["stdout" if sys.argv[1] == "1" else "stderr"] = writer
process = subprocess.Popen(sys.argv[2:], **streams)
os.close(writer)
time.sleep(1)  # until it has something to say
os.set_blocking(reader, True)
with os.fdopen(reader, "rb") as pipe:
    sys.stdout.buffer.write(pipe.read()[full:])
sys.exit(process.wait())
