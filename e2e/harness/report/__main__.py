"""Merges the reports of a run that was shared over machines: `python3 -m e2e merge REPORT REPORT … [--report DIR]`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..verdict import NotParts, RunVerdict, joined
from ..verdict.words import promise_lines, race_lines, verdict_lines
from .files import copy_traces, empty, read, write
from .record import BadRecord

COULD_NOT: Final = 2


def main(words: Sequence[str]) -> int:
    """Write the report and print the verdict; returns its exit code, or 2 after a line for each mistake."""
    options = _parser().parse_args(words)
    here = Path(os.environ.get("HOTMIC_HERE", "."))
    try:
        verdict = merged([Path(name) for name in options.reports], Path(options.report), here)
    except (BadRecord, NotParts) as error:
        print("\n".join(f"merge: {line}" for line in str(error).splitlines()), file=sys.stderr)
        return COULD_NOT
    except OSError as error:
        print(f"merge: {error.filename}: {error.strerror}", file=sys.stderr)
        return COULD_NOT
    for line in (*race_lines(verdict), *promise_lines(verdict), *verdict_lines(verdict)):
        print(line)
    print(f"report:  {here / options.report / 'index.html'}")
    return verdict.exit_code


def merged(reports: Sequence[Path], folder: Path, here: Path = Path()) -> RunVerdict:
    """Join the reports in these folders, and write the joined one to another. Raises BadRecord, NotParts and OSError."""
    if (here / folder).resolve() in [(here / report).resolve() for report in reports]:
        raise NotParts(f"{folder} is one of the reports that are merged: say where the whole one goes, --report DIR")
    if twice := sorted({str(report) for report in reports if reports.count(report) > 1}):
        raise NotParts("\n".join(f"{name} is named twice" for name in twice))
    verdict = joined({str(report): read(here / report) for report in reports})
    empty(here / folder)
    write(verdict, here / folder)
    for report in reports:
        copy_traces(here / report, here / folder)
    return verdict


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python3 -m e2e merge", description=__doc__)
    parser.add_argument("reports", metavar="REPORT", nargs="+", help="the folder of a part's report (--report DIR)")
    parser.add_argument("--report", metavar="DIR", default="report", help="where the whole report goes (report)")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
