"""What an agent can see of a widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class View:
    """The mute control and what is shown around it, as an agent sees it.

    Two views are equal if an agent would act the same on them: whether there is a notice counts, its words do not.
    """

    muted: bool | None = None  # None: no mute control can be seen
    pending: bool = False  # a change was asked for and is not confirmed
    enabled: bool = False  # pressing the control is meant to do something
    alert: bool = False  # a refusal or another notice can be read
    login: bool = False  # the agent is asked to sign in
    call: bool = False  # a live call is shown
    notice: str = field(default="", compare=False)  # the text of the notice
    name: str = field(default="", compare=False)  # accessible name of the mute control
    pressed: str | None = field(default=None, compare=False)  # its aria-pressed, or None without one
    text: str = field(default="", compare=False)  # the widget's text about the microphone
    focusable: bool = field(default=False, compare=False)  # the keyboard reaches the control

    @classmethod
    def of(cls, seen: Mapping[str, Any]) -> View:
        """The view with the fields that an adapter's script read in the page. Raises BadView if it lacks or adds a field."""
        names = {item.name for item in fields(cls)}
        if seen.keys() != names:
            lacks, adds = ", ".join(sorted(names - seen.keys())), ", ".join(sorted(seen.keys() - names))
            raise BadView(f"the adapter's view lacks [{lacks}] and has [{adds}] that no View has")
        return cls(**seen)

    @property
    def alerting(self) -> View:
        """The same with a notice."""
        return replace(self, alert=True)

    def __str__(self) -> str:
        if self.muted is None:
            words = ["no mute control"]
        else:
            words = ["MUTED" if self.muted else "UNMUTED"]
        words += ["pending"] * self.pending + ["no call"] * (not self.call) + ["asks to sign in"] * self.login
        if self.muted is not None and self.call and not self.enabled:
            words.append("disabled")
        if self.alert:
            words.append(f"alert '{self.notice}'" if self.notice else "alert")
        return ", ".join(words)


class BadView(ValueError):
    """An adapter's script returned something that is no View."""


UNMUTED = View(muted=False, enabled=True, call=True)
MUTED = View(muted=True, enabled=True, call=True)
MUTING = replace(UNMUTED, pending=True)  # the old truth is still shown
UNMUTING = replace(MUTED, pending=True)
NO_CALL = View(muted=False)  # none yet, or it is over: the control is dead
NOTHING = View()  # no widget to be seen
