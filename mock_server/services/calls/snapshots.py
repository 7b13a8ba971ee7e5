"""The events that tell of a call: full snapshots, never differences (PROTOCOL.md#topics-and-events)."""

from __future__ import annotations

from functools import lru_cache, partial

from ... import payloads
from ...core.messages import Event, Job, Outcome, Telling
from ...core.model import Call, State
from ...core.values import Once


def snapshot(call: Call, about: str, correlation: str) -> tuple[Telling]:
    """A call is told to all who have or had a leg in it, users and queues, in both shapes."""
    return (partial(_events, call, about, correlation),)


def _events(call: Call, about: str, correlation: str) -> tuple[Event, ...]:
    flat, nested = Once(payloads.call_event, call), Once(payloads.conversation_event, call)
    flat_about, nested_about = f"conversations.calls {about}", f"conversations {about}"
    events: list[Event] = []
    users = tuple([leg.user_id for leg in call.participants])
    queues = tuple([leg.queue_id for leg in call.participants])
    for of_calls, of_conversations in topics_of(users, queues):
        events.append(Event(of_calls, flat, flat_about, correlation))
        events.append(Event(of_conversations, nested, nested_about, correlation))
    return tuple(events)


@lru_cache(maxsize=64)  # most changes of a call leave the same people on it
def topics_of(users: tuple[str | None, ...], queues: tuple[str | None, ...]) -> tuple[tuple[str, str], ...]:
    """The topics on which legs of these users and queues are told, flat and nested: the users', then the queues'."""
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
    return Outcome(state, tellings=snapshot(call, job.about, job.correlation))
