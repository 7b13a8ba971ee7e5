"""The events of a call: full snapshots, never differences (PROTOCOL.md#topics-and-events)."""

from __future__ import annotations

from functools import lru_cache, partial

from ... import payloads
from ...core.messages import Event, Job, Outcome, Telling
from ...core.model import Call, State
from ...core.values import Once


def snapshot(call: Call, about: str, correlation: str) -> tuple[Telling]:
    """A snapshot of the call, in both shapes, for each user and queue that has or had a leg in it."""
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
    """The topics of calls of these users and queues, flat and nested: the users', then the queues'."""
    whose = dict.fromkeys(
        [f"v2.users.{user}" for user in users if user is not None]
        + [f"v2.routing.queues.{queue}" for queue in queues if queue is not None]
    )
    return tuple((f"{one}.conversations.calls", f"{one}.conversations") for one in whose)


def with_snapshots(state: State, call: Call, job: Job) -> Outcome:
    """The state with this call, and its snapshots. A setting says whether a call that did not change has some."""
    if call == state.call(job.call_id):
        if not state.settings.event_when_unchanged:
            return Outcome(state)
    else:
        state = state.with_call(call)
    return Outcome(state, tellings=snapshot(call, job.about, job.correlation))
