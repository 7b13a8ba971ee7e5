"""Finds out whether the files of a widget load more of them when they are wanted, by `import()`.

What `import()` asks for no code in the page can count, so the browser has to tell of each request, which costs some 5 % of a
run. A widget whose files never say it is spared that.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

_IMPORTS: Final = re.compile(rb"\bimport\s*\(")
_SUFFIXES: Final = frozenset({".js", ".mjs", ".cjs", ".html", ".htm"})
_MANY: Final = 1_000  # files: reading more would take longer than the run gains


@cache
def may_import(folder: Path) -> bool:
    """Whether a script or page in this folder says `import(`; also where there are too many files to know."""
    files = 0
    for path in folder.rglob("*"):
        if path.suffix.lower() in _SUFFIXES and path.is_file():
            files += 1
            if files > _MANY or _IMPORTS.search(path.read_bytes()):
                return True
    return False
