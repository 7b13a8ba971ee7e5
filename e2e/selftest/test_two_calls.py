"""Two calls on one page, each with its button: judged by the id of the agent's own call, doubted where nothing says which."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from e2e.harness.explorer.player import Player
from e2e.harness.promises import Verdict
from e2e.harness.report.story import failure
from e2e.harness.view.description import parsed, widget
from e2e.harness.view.widget import Widget

Players = Callable[[Widget], Player]

# All calls of the agent, a row each: the one of which something was heard last stands above. It believes reads alone.
PAGE = """<!doctype html><meta charset=utf-8><link rel=icon href="data:,"><ul></ul><p role=alert></p><script type=module>
const query = new URLSearchParams(location.search);
const headers = { authorization: `Bearer ${query.get('token')}`, 'content-type': 'application/json' };
const [calls, wishes] = [new Map(), new Map()];
const ask = async (path, method = 'GET', body) => {
  const answer = await fetch(`${query.get('api')}/api/v2${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, body: text && JSON.parse(text) };
};
const me = (await ask('/users/me')).body.id;
const ofMine = ({ participants }) => participants.filter((leg) => leg.user?.id === me && leg.state === 'connected').at(-1);
const draw = (shown) => document.querySelector('ul').replaceChildren(...shown.map(([id, leg]) => {
  const row = Object.assign(document.createElement('li'), { id: `call-${id}`, innerHTML: '<button class=mute>Mute</button>' });
  row.firstChild.setAttribute('aria-pressed', leg.muted);
  row.firstChild.setAttribute('aria-busy', wishes.has(leg.id));
  row.firstChild.onclick = () => toggle(id, leg);
  return row;
}));
async function read(first) {
  const found = (await ask('/conversations/calls')).body.entities.map((call) => [call.id, ofMine(call)]).filter(([, leg]) => leg);
  for (const [, leg] of found) if (wishes.get(leg.id) === leg.muted) wishes.delete(leg.id);
  const order = [query.get('call'), first]; // the last goes up most
  draw(found.sort(([one], [other]) => order.lastIndexOf(other) - order.lastIndexOf(one)));
}
async function toggle(id, leg) {
  if (wishes.has(leg.id)) return;
  wishes.set(leg.id, !leg.muted);
  await read(id);
  const { status } = await ask(`/conversations/calls/${id}/participants/${leg.id}`, 'PATCH', { muted: !leg.muted });
  if (status > 299) wishes.delete(leg.id);
  document.querySelector('p').textContent = status > 299 ? `Genesys refused this (${status}).` : '';
  await read(id);
}
const channel = (await ask('/notifications/channels', 'POST')).body;
const socket = new WebSocket(channel.connectUri);
socket.onmessage = ({ data }) => JSON.parse(data).eventBody?.participants && read(JSON.parse(data).eventBody.id);
await ask(`/notifications/channels/${channel.id}/subscriptions`, 'POST', [{ id: `v2.users.${me}.conversations.calls` }]);
await read(query.get('call'));
</script>"""
OWN = "#call-{{gcConversationId}} .mute"
OTHER_FIRST = (
    "two-calls: desk_phone#1 job#1 event#1 request#6 response#6"  # the other call's row goes up before the agent clicks
)


@pytest.fixture
def described(tmp_path: Path) -> Callable[[str], Widget]:
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")

    def by(css: str) -> Widget:
        address = "index.html?call={{gcConversationId}}&api={{gateway}}&token={{token}}"
        toml = f'folder = "."\naddress = "{address}"\nmute = {{ css = "{css}" }}\n'
        return widget(parsed(toml, tmp_path / "widget.toml"))

    return by


def played(players: Players, given: Widget, schedule: str) -> list[Verdict]:
    race = players(given).replay(schedule)
    print(failure(race.timeline, race.verdicts, (), ""))  # shown when the test fails
    return [verdict for verdict in race.verdicts if verdict.doubt or verdict.result == "broken"]


@pytest.mark.judges_itself
@pytest.mark.parametrize("schedule", ["two-calls:", OTHER_FIRST, "one-click:"])
def test_the_button_of_the_own_call_is_judged(
    players: Players, described: Callable[[str], Widget], schedule: str
) -> None:
    assert played(players, described(OWN), schedule) == []


@pytest.mark.judges_itself
@pytest.mark.parametrize("css", ["li:first-child .mute", ".mute"])
def test_a_button_of_which_there_are_two_is_a_doubt(
    players: Players, described: Callable[[str], Widget], css: str
) -> None:
    found = played(players, described(css), OTHER_FIRST)
    assert {verdict.result for verdict in found} == {"untested"}
    assert {verdict.doubt.line for verdict in found if verdict.doubt} == {f'[mute] css = "{OWN}"'}
