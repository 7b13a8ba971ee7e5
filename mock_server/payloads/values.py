"""What all payloads are written with."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from ..core.messages import Json, compact

Object = dict[str, Json]


@lru_cache(maxsize=4096)
def iso(seconds: float) -> str:
    """A moment (seconds since the epoch) as Genesys writes it: `2026-01-05T09:00:00.000Z`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_or_none(seconds: float | None) -> str | None:
    return None if seconds is None else iso(seconds)


def text_of(value: Json) -> str:
    """JSON without spaces, as on the wire."""
    if isinstance(value, bool):  # the commonest by far, and not worth an encoder
        return "true" if value else "false"
    return compact(value)


def present(**fields: Json) -> Object:
    """The fields that have a value; what is unset is left out, as the service does."""
    return {name: value for name, value in fields.items() if value is not None}


def reference(kind: str, entity_id: str, name: str | None = None) -> Object:
    """DomainEntityRef."""
    return present(id=entity_id, name=name, selfUri=f"/api/v2/{kind}/{entity_id}")
