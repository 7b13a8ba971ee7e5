"""Concludes a test: hands its trial to the run, and fails it for a promise that broke, unless that is accepted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

import msgspec
import pytest

from ..promises import PROMISES
from ..verdict import Acceptance, RunVerdict, Trial

SELFTEST: Final = Path(__file__).resolve().parents[2] / "selftest"  # the tests that judge hotmic, and no widget
TRIAL: Final = "hotmic_trial"  # the user property by which a test hands its Trial to the run, across processes
SCENARIOS: Final = pytest.StashKey[tuple[str, ...]]()  # the names of those that can be explored
ACCEPTS: Final = pytest.StashKey[tuple[Acceptance, ...]]()  # what the gate of the run accepts


class BrokenPromise(AssertionError):
    """A promise was broken, or a test left something behind."""


class LeftOver(AssertionError):
    """A test left something behind: parcels still held, faults that nothing met."""


def about_hotmic(item: pytest.Item) -> bool:
    """Whether a test judges hotmic itself, and no widget: its folder says so."""
    return item.path.is_relative_to(SELFTEST)


def trial_name(item: pytest.Item) -> str:
    """Returns what the verdict calls a test's story: its name and parameters, without the browser's."""
    callspec = getattr(item, "callspec", None)
    name = str(getattr(item, "originalname", item.name)).removeprefix("test_")
    if callspec is None:
        return name
    browser = re.escape(str(callspec.params.get("browser_name", "")))
    parameters = re.sub(rf"^{browser}-|-{browser}$|^{browser}$", "", callspec.id) if browser else callspec.id
    return f"{name}[{parameters}]" if parameters else name


def hand_over(item: pytest.Item, trial: Trial, secrets: Iterable[str] = ()) -> None:
    """Hands a trial to the run's verdict; every secret in it is cut to four characters."""
    item.user_properties.append((TRIAL, masked(msgspec.json.encode(trial).decode(), secrets)))


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text, with every secret in it cut to four characters."""
    for secret in secrets:
        text = text.replace(secret, f"{secret[:4]}…")
    return text


def conclude(item: pytest.Item, trial: Trial, text: str, secrets: Iterable[str] = ()) -> None:
    """Hands a trial over. If a promise broke: raises BrokenPromise with the `text`, or an xfail if all are accepted."""
    hand_over(item, trial, secrets)
    run = RunVerdict(date.today(), accepts=item.config.stash.get(ACCEPTS, ()), trials=(trial,))
    if run.breaches:
        raise BrokenPromise(text)
    if trial.broken:
        accepts = [run.accepted(promise, trial.scenario) for promise in trial.broken]
        pytest.xfail("accepted: " + "; ".join(str(one) for one in dict.fromkeys(accepts)))


def accepted(config: pytest.Config, scenario: str) -> frozenset[str]:
    """Returns the promises whose breach in a scenario the gate accepts."""
    run = RunVerdict(date.today(), accepts=config.stash.get(ACCEPTS, ()))
    return frozenset(promise for promise in PROMISES if run.accepted(promise, scenario))


def report_folder(config: pytest.Config) -> Path | None:
    """Returns where the report of the run is written, or None."""
    folder: Path | None = config.getoption("--report", default=None)
    return folder
