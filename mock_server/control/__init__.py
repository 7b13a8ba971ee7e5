"""The control API under /_mock/…: the methods of MockGenesys over HTTP, for a harness in another language, and its description.

verbs.py      the table: one function a verb, named as in Python
bodies.py     what verbs take and give
target.py     what the verbs need of the server
guard.py      who may: whoever has the control token, under a name of this machine, and no page of another origin
waiting.py    for a verb that waits until something is in flight
entrance.py   what a server mounts
app.py        the application behind it: guard, table, verb, answer
describe.py   the same table as OpenAPI, and as lines for people
"""

from .entrance import PREFIX, ControlEntrance
from .guard import BadToken, Guard
from .target import ControlTarget

__all__ = ["PREFIX", "BadToken", "ControlEntrance", "ControlTarget", "Guard"]
