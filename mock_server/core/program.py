"""How a person calls the mock: `hotmic` where a wheel installed it, `python3 -m mock_server` in a checkout."""

from pathlib import Path
from typing import Final

_INSTALLED: Final = Path(__file__).resolve().parents[2].joinpath("hotmic", "fixtures").is_dir()  # only a wheel has it
MOCK: Final = "hotmic" if _INSTALLED else "python3 -m mock_server"  # before `serve`, `settings` and so on
