"""Whether a JavaScript expression can be read, asked of Node.js: one that cannot would silence the whole probe."""

from __future__ import annotations

import subprocess

from e2e.setup.sdk import node_executable

_ASK = "try { new Function(`return (\\n${process.argv[1]}\\n)`); } catch (error) { console.log(error.message); }"


def wrong(expression: str) -> str:
    """What is wrong with it, or "". Raises SetupError before a set-up."""
    said = subprocess.run([node_executable(), "-e", _ASK, expression], capture_output=True, text=True, check=True)
    return f"'{expression}' is no JavaScript expression: {said.stdout.strip()}" if said.stdout.strip() else ""
