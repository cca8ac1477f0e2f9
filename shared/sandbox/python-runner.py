# Appended to python-program.py where a process runs one program. stdin: {"source", "inputs"} as JSON. The answer leaves by what was stdout, one
# JSON line after a first line "started"; whatever the program prints goes to stderr.
import os
import sys

request = json.loads(sys.stdin.buffer.read())
channel = os.fdopen(os.dup(1), "wb", closefd=True)
os.dup2(2, 1)
channel.write(b"started\n")
channel.flush()
answer = run_program(request["source"], request["inputs"]).encode()
# What was printed is kept by Python until it is told to let go; a program that closed its output loses it.
try:
    sys.stdout.flush()
except (OSError, ValueError):
    pass
channel.write(answer + b"\n")
channel.flush()
os._exit(0)
