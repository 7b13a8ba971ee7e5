"""What an agent can see: equal when one would act the same."""

from dataclasses import asdict, replace

import pytest

from e2e.harness.view.view import MUTED, MUTING, NO_CALL, NOTHING, UNMUTED, UNMUTING, BadView, View


def test_words_do_not_count_but_that_there_are_some_does() -> None:
    assert replace(MUTED, text="You are muted", name="Mute", pressed="true", focusable=True) == MUTED
    assert replace(UNMUTED, alert=True, notice="Not allowed") == UNMUTED.alerting != UNMUTED


def test_a_pending_view_shows_the_old_truth() -> None:
    assert (MUTING.muted, UNMUTING.muted) == (False, True)
    assert MUTING != UNMUTED


@pytest.mark.parametrize(
    ("view", "line"),
    [
        (MUTED, "MUTED"),
        (MUTING, "UNMUTED, pending"),
        (replace(UNMUTED.alerting, notice="Not allowed"), "UNMUTED, alert 'Not allowed'"),
        (UNMUTED.alerting, "UNMUTED, alert"),
        (replace(MUTED, enabled=False), "MUTED, disabled"),
        (NO_CALL, "UNMUTED, no call"),
        (replace(NOTHING, login=True), "no mute control, no call, asks to sign in"),
    ],
)
def test_a_view_in_one_line(view: View, line: str) -> None:
    assert str(view) == line


def test_a_view_is_read_from_what_the_adapter_returns() -> None:
    assert View.of(asdict(MUTED)) == MUTED


def test_an_adapter_that_forgets_or_invents_a_field_is_told() -> None:
    seen = {**asdict(MUTED), "colour": "red"}
    del seen["muted"]
    with pytest.raises(BadView, match=r"lacks \[muted\] and has \[colour\]"):
        View.of(seen)
