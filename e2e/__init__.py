"""The Playwright harness and suite. Until the set-up is done, nothing outside the standard library is imported here."""

import sys

# Asked here, before any module with newer syntax is read: `python3 -m e2e` and `python3 -m tests` both come this way.
if sys.version_info < (3, 11):  # noqa: UP036 -- an older Python is just what this line is for
    sys.exit("hotmic needs Python 3.11 or newer; this is %d.%d (%s)" % (*sys.version_info[:2], sys.executable))  # noqa: UP031 -- must run on any Python 3
