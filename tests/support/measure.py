"""Runs a program and writes "status seconds peak-KiB" to the file named first.

A process of its own because Linux counts the memory of whoever starts a program towards that program's peak: a test
runner of 500 MB would hide everything. This one has 10 MB.
"""
import os
import sys
import time

result, words = sys.argv[1], sys.argv[2:]
start = time.monotonic()
child = os.spawnvp(os.P_NOWAIT, words[0], words)
_, status, usage = os.wait4(child, 0)
seconds = time.monotonic() - start
with open(result, "w", encoding="ascii") as file:
    file.write(f"{os.waitstatus_to_exitcode(status)} {seconds:.6f} {usage.ru_maxrss} {usage.ru_utime + usage.ru_stime:.6f}")
