"""Says what a page asked for in vain on this machine: files that are not there, sign-ins that were refused, frames."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Error, Page

from .stage import Stage

_SIGNING_IN = ("getOauthAuthorize", "postOauthToken")
_FRAMES = "frames => frames.map((frame) => frame.src).filter(Boolean)"


def sign_in_hints(stage: Stage) -> tuple[str, ...]:
    """Why Genesys refused to sign this page in: the hint of each refusal, in the order of the first ones."""
    arrived = (entry.data for entry in stage.genesys.journal() if entry.kind == "arrived")
    hints = [data.get("hints") for data in arrived if data.get("operation") in _SIGNING_IN]
    return tuple(dict.fromkeys("; ".join(map(str, given)) for given in hints if given and isinstance(given, list)))


def refused_frames(stage: Stage, page: Page) -> tuple[str, ...]:
    """A line for each iframe whose page is not on this machine, with what can be done."""
    return tuple(dict.fromkeys(_about(address) for address in _frames(page) if not stage.isolation.stays(address)))


def _frames(page: Page) -> list[str]:
    addresses: list[str] = []
    for frame in page.frames:
        try:
            addresses += frame.locator("iframe").evaluate_all(_FRAMES)
        except Error:
            continue  # the frame has no document
    return addresses


def _about(address: str) -> str:
    parts = urlsplit(address)
    place = f"{parts.hostname}{parts.path}".rstrip("/")
    served = place if "." not in place.rpartition("/")[2] or "/" not in place else place.rpartition("/")[0]
    return (
        f"the button may be in an iframe of {parts.scheme}://{parts.netloc}{parts.path}, which hotmic refuses; "
        f'a folder can answer for it, reach.folders = {{ "{served}" = "FOLDER" }}, '
        "or the address can be that of the page in the frame"
    )
