"""`python -m hotmic`, the same as the command `hotmic`."""

import sys

from .main import main

if __name__ == "__main__":
    sys.exit(main())
