"""What Chromium is started with, whoever starts it."""

from __future__ import annotations

import os
from typing import Final

from .isolation import Isolation

# A page that asks for a microphone gets one that nobody speaks into, and no human is asked. The headless shell asks nobody else.
_FAKE_MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
_QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")

# Of a switch only the last counts: what Playwright takes away is named again (tests compare).
PLAYWRIGHTS: Final = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
)
_WITHOUT: Final = (
    *PLAYWRIGHTS,
    # Each document would get a new place in the browser, with a view and an empty document first: a tenth of what a story costs.
    "RenderDocument",
    # What a page has to do after a click would be kept back until the next frame, or for 50 ms: always those where frames come by
    # command alone.
    "DeferRendererTasksAfterInput",
)


def arguments(isolation: Isolation) -> list[str]:
    """The arguments for a browser whose pages go this way."""
    without = f"--disable-features={','.join(_WITHOUT)}"
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    # Chromium does not run as root with its sandbox.
    return [*_QUIET, *_FAKE_MICROPHONE, without, *isolation.arguments, *(["--no-sandbox"] if as_root else [])]
