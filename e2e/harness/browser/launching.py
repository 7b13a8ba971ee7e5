"""The arguments with which Chromium is started, whoever starts it."""

from __future__ import annotations

import os
from typing import Final

from .isolation import Isolation

# A page that asks for a microphone gets a fake one, without a question to the user. The headless shell asks nothing else.
_FAKE_MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
_QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")

# Only the last of a repeated switch counts, so the features that Playwright disables are named again (tests compare).
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
    # With it each document gets a new frame host in the browser, with a first, empty document: a tenth of the time of a story.
    "RenderDocument",
    # With it a page's tasks after a click wait for the next frame, or 50 ms: always 50 ms where frames come by command alone.
    "DeferRendererTasksAfterInput",
)


def arguments(isolation: Isolation) -> list[str]:
    """The arguments for a browser with this isolation."""
    without = f"--disable-features={','.join(_WITHOUT)}"
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    # Chromium does not run as root with its sandbox.
    return [*_QUIET, *_FAKE_MICROPHONE, without, *isolation.arguments, *(["--no-sandbox"] if as_root else [])]
