"""Writes junit.xml: a test case for each promise in each scenario, so that CI counts promises and names the broken ones.

pytest's own `--junit-xml` counts its tests, one for each scenario, and can be used beside this one. The format is that of
Jenkins' xUnit plugin, as GitLab, GitHub's actions and Azure read it: https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..promises import PROMISES
from ..verdict import RunVerdict, Trial

# Characters that XML 1.0 cannot hold; the text of a page may contain them.
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(verdict: RunVerdict) -> bytes:
    """Write the verdict as JUnit XML."""
    root = Element("testsuites", name=_text(f"hotmic: {verdict.widget}"))
    for trial in verdict.trials:
        _suite(root, verdict, trial)
    for name, kind, ends in (("tests", "failure", verdict.failures), ("could not judge", "error", verdict.troubles)):
        if ends:
            suite = SubElement(root, "testsuite", name=name)
            for end in ends:
                where, why = (end.test, end.why) if hasattr(end, "test") else (end.where, end.why)
                case = SubElement(suite, "testcase", classname=name, name=_text(where), time="0")
                SubElement(case, kind, message=_text(why.partition("\n")[0])).text = _text(why)
    for suite in root:
        _count(suite)
    _count(root)
    indent(root)
    xml: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _suite(root: Element, verdict: RunVerdict, trial: Trial) -> None:
    suite = SubElement(root, "testsuite", name=_text(trial.scenario), time=f"{trial.seconds:g}")
    for promise in PROMISES:
        if promise not in trial.counts:
            continue
        case = SubElement(suite, "testcase", classname=_text(trial.scenario), name=promise, time="0")
        story = next((story for story in trial.stories if story.breaks(promise)), None)
        match verdict.outcome(promise, trial):
            case "untested":
                SubElement(case, "skipped", message="untested: nothing in it exercised the promise")
            case "accepted":
                SubElement(case, "skipped", message=_text(f"accepted: {verdict.accepted(promise, trial.scenario)}"))
            case "broken":
                failure = SubElement(case, "failure", message=_text(story.why(promise) if story else "broken"))
                failure.text = _text(f"{story.text}\n\nagain:  {story.again}") if story else ""
            case "held":
                pass


def _count(element: Element) -> None:
    element.set("tests", str(len(element.findall(".//testcase"))))
    for plural, one in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(plural, str(len(element.findall(f".//testcase/{one}"))))


def _text(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
