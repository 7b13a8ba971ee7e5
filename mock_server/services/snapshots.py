"""The events that tell of a call: full snapshots, never differences (protocol reference 5.6, 5.7)."""

from __future__ import annotations

from .. import payloads
from ..messages import Event, Job, Outcome
from ..model import Call, State
from ..values import Once


def snapshot(call: Call, about: str, correlation: str) -> tuple[Event, ...]:
    """The events that tell a call to everyone who has or had a leg in it, in both shapes."""
    shapes = (
        ("conversations.calls", Once(lambda: payloads.call_event(call))),
        ("conversations", Once(lambda: payloads.conversation_event(call))),
    )
    users = dict.fromkeys(p.user_id for p in call.participants if p.user_id is not None)
    return tuple(
        Event(f"v2.users.{user}.{kind}", text, f"{kind} {about}", correlation)
        for user in users
        for kind, text in shapes
    )


def told(state: State, call: Call, job: Job) -> Outcome:
    """The state with this call, and the snapshots that say so; none of a call that stayed as it was, by a setting."""
    if call == state.call(job.call_id):
        if not state.settings.event_when_unchanged:
            return Outcome(state)
    else:
        state = state.with_call(call)
    return Outcome(state, events=snapshot(call, job.about, job.correlation))
