"""`python3 -m tests --fuzz`: the whole of it, on loopback; 1 is the exit code when a promise was broken."""

import sys
import time

from .run import run

COUNT = 10_000

if __name__ == "__main__":
    began = time.perf_counter()
    report = run(COUNT)
    print(f"{report}\nin {time.perf_counter() - began:.0f} s")
    sys.exit(1 if report.broken else 0)
