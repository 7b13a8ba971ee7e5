"""A story may begin signed in: the browser then holds what the reference widget keeps after a login, and no login happens."""

import re
from collections.abc import Mapping

from e2e.harness.session.agent import Agent
from e2e.harness.session.stage import Stage
from e2e.harness.view.view import UNMUTED
from mock_server.server import MockGenesys


def test_an_agent_who_begins_signed_in_is_one_who_has_signed_in(
    arriving_agent: Agent, genesys: MockGenesys, stage: Stage
) -> None:
    arriving_agent.open()
    (token,) = (value for value in genesys.state.tokens if value not in genesys.state.aliases.values())
    left = arriving_agent.page.evaluate("[{...localStorage}, {...sessionStorage}]")
    kept = stage.signed_in()
    assert kept is not None
    assert [_without_value(texts) for texts in left] == [_without_value(kept.local), _without_value(kept.session)]
    assert token in str(left)


def _without_value(texts: Mapping[str, str]) -> dict[str, str]:
    """What a browser keeps, with every token replaced by a word."""
    return {key: re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "a token", text) for key, text in texts.items()}


def test_an_agent_who_begins_signed_in_does_not_sign_in(agent: Agent, genesys: MockGenesys) -> None:
    assert agent.sees == UNMUTED
    operations = [entry.data["operation"] for entry in genesys.journal() if entry.kind == "arrived"]
    assert operations[0] == "getTokensMe"
    assert "getOauthAuthorize" not in operations
