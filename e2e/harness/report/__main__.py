"""Merges the reports of a run that was shared over machines: `python3 -m e2e merge REPORT REPORT … [--report DIR]`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from e2e.setup.options import merge_parser

from ..verdict import NotParts, RunVerdict, joined
from ..verdict.words import promise_lines, race_lines, verdict_lines
from .files import copy_traces, empty, read, write
from .record import BadRecord

COULD_NOT: Final = 2


def main(words: Sequence[str]) -> int:
    """Write the report and print the verdict; returns its exit code, or 2 after a line for each mistake."""
    options = merge_parser().read(words)
    try:
        verdict = merged([Path(name) for name in options.reports], Path(options.report))
    except (BadRecord, NotParts) as error:
        print("\n".join(f"merge: {line}" for line in str(error).splitlines()), file=sys.stderr)
        return COULD_NOT
    except OSError as error:
        print(f"merge: {error.filename}: {error.strerror}", file=sys.stderr)
        return COULD_NOT
    for line in (*race_lines(verdict), *promise_lines(verdict), *verdict_lines(verdict)):
        print(line)
    print(f"report:  {Path(options.report, 'index.html')}")
    return verdict.exit_code


def merged(reports: Sequence[Path], folder: Path) -> RunVerdict:
    """Join the reports in these folders, and write the joined one to another. Raises BadRecord, NotParts and OSError."""
    if folder.resolve() in [report.resolve() for report in reports]:
        raise NotParts(f"{folder} is one of the reports that are merged: say where the whole one goes, --report DIR")
    if twice := sorted({str(report) for report in reports if reports.count(report) > 1}):
        raise NotParts("\n".join(f"{name} is named twice" for name in twice))
    verdict = joined({str(report): read(report) for report in reports})
    empty(folder)
    write(verdict, folder)
    for report in reports:
        copy_traces(report, folder)
    return verdict


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
