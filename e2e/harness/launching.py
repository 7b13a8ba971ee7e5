"""What Chromium is started with, whoever starts it."""

from __future__ import annotations

import os

from .way import Way

# A page that asks for a microphone gets one that nobody speaks into, and no human is asked. The headless shell asks nobody else.
_FAKE_MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
_QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")


def arguments(way: Way) -> list[str]:
    """The arguments for a browser whose pages go this way."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    # Chromium does not run as root with its sandbox.
    return [*_QUIET, *_FAKE_MICROPHONE, *way.arguments, *(["--no-sandbox"] if as_root else [])]
