"""`python3 -m tests [pytest arguments]`: sets everything up, checks style and types, then tests the harness itself."""

import sys

from e2e.setup.command import TESTS, main

if __name__ == "__main__":
    sys.exit(main(TESTS, sys.argv[1:]))
