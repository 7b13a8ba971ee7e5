"""`python3 -m e2e [pytest arguments]`: sets everything up, then runs the suite in a real browser."""

import sys

from e2e.setup.command import E2E, main

if __name__ == "__main__":
    sys.exit(main(E2E, sys.argv[1:]))
