"""Checks with Node.js that a JavaScript expression can be parsed: one that cannot would break the whole probe."""

from __future__ import annotations

import subprocess

from e2e.setup.sdk import node_executable

_ASK = "try { new Function(`return (\\n${process.argv[1]}\\n)`); } catch (error) { console.log(error.message); }"


def wrong(expression: str) -> str:
    """What is wrong with it, or "". Raises SetupError before a set-up."""
    result = subprocess.run([node_executable(), "-e", _ASK, expression], capture_output=True, text=True, check=True)
    return f"'{expression}' is no JavaScript expression: {result.stdout.strip()}" if result.stdout.strip() else ""
