"""The events that tell of a call: full snapshots, never differences (protocol reference 5.6, 5.7)."""

from __future__ import annotations

from functools import lru_cache

from .. import payloads
from ..messages import Event, Job, Outcome
from ..model import Call, Participant, State
from ..values import Once


def snapshot(call: Call, about: str, correlation: str) -> tuple[Event, ...]:
    """The events that tell a call to all who have or had a leg in it, users and queues, in both shapes."""
    flat, nested = Once(payloads.call_event, call), Once(payloads.conversation_event, call)
    flat_about, nested_about = f"conversations.calls {about}", f"conversations {about}"
    events: list[Event] = []
    for of_calls, of_conversations in topics_of(*call.participants):
        events.append(Event(of_calls, flat, flat_about, correlation))
        events.append(Event(of_conversations, nested, nested_about, correlation))
    return tuple(events)


def topics_of(*legs: Participant) -> tuple[tuple[str, str], ...]:
    """The topics on which these legs are told, flat and nested: their users', then their queues'."""
    return _topics_of(tuple([leg.user_id for leg in legs]), tuple([leg.queue_id for leg in legs]))


@lru_cache(maxsize=64)  # most changes of a call leave the same people on it
def _topics_of(users: tuple[str | None, ...], queues: tuple[str | None, ...]) -> tuple[tuple[str, str], ...]:
    whose = dict.fromkeys(
        [f"v2.users.{user}" for user in users if user is not None]
        + [f"v2.routing.queues.{queue}" for queue in queues if queue is not None]
    )
    return tuple((f"{one}.conversations.calls", f"{one}.conversations") for one in whose)


def told(state: State, call: Call, job: Job) -> Outcome:
    """The state with this call, and the snapshots that say so; none of a call that stayed as it was, by a setting."""
    if call == state.call(job.call_id):
        if not state.settings.event_when_unchanged:
            return Outcome(state)
    else:
        state = state.with_call(call)
    return Outcome(state, events=snapshot(call, job.about, job.correlation))
