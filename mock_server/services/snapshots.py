"""The events that tell of a call: full snapshots, never differences (protocol reference 5.6, 5.7)."""

from __future__ import annotations

from functools import partial

from .. import payloads
from ..messages import Event, Job, Outcome
from ..model import Call, Participant, State
from ..values import Once


def snapshot(call: Call, about: str, correlation: str) -> tuple[Event, ...]:
    """The events that tell a call to all who have or had a leg in it, users and queues, in both shapes."""
    shapes = (
        ("conversations.calls", Once(partial(payloads.call_event, call))),
        ("conversations", Once(partial(payloads.conversation_event, call))),
    )
    events = [
        Event(f"{whose}.{kind}", text, f"{kind} {about}", correlation)
        for whose in told_to(*call.participants)
        for kind, text in shapes
    ]
    return tuple(events)


def told_to(*legs: Participant) -> tuple[str, ...]:
    """The beginnings of the topics on which these legs are told: their users', then their queues'."""
    users = dict.fromkeys([f"v2.users.{leg.user_id}" for leg in legs if leg.user_id is not None])
    queues = dict.fromkeys([f"v2.routing.queues.{leg.queue_id}" for leg in legs if leg.queue_id is not None])
    return (*users, *queues)


def told(state: State, call: Call, job: Job) -> Outcome:
    """The state with this call, and the snapshots that say so; none of a call that stayed as it was, by a setting."""
    if call == state.call(job.call_id):
        if not state.settings.event_when_unchanged:
            return Outcome(state)
    else:
        state = state.with_call(call)
    return Outcome(state, events=snapshot(call, job.about, job.correlation))
