"""The mock from the command line: `python3 -m mock_server serve | routes | worlds | faults | settings | control`."""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

CHECKOUT = Path(__file__).resolve().parent.parent
FIXTURES = CHECKOUT / "fixtures"
PAGES = {
    "/widget": FIXTURES / "widget",
    "/sdk": FIXTURES / "sdk/node_modules/purecloud-platform-client-v2/dist/web-cjs",
}
TOKEN_VARIABLE = "HOTMIC_CONTROL_TOKEN"  # in the environment: other users of a machine see its command lines


@dataclass(frozen=True)
class Caller:
    """Who runs a command: the program's name, the folders that `serve` serves by path, and the command that fetches them.

    `owns_process`: the process does nothing else.
    """

    program: str = "python3 -m mock_server"
    pages: Mapping[str, Path] = field(default_factory=lambda: PAGES)
    fetches: str = "python3 -m tests --setup-only"
    owns_process: bool = __name__ == "__main__"


CHECKOUTS = Caller()


def main(arguments: Sequence[str] | None = None, caller: Caller = CHECKOUTS) -> int:
    """Run one command; returns the exit code (0, or 2 for a mistake in the call)."""
    parser = _parser(caller.program)
    options = parser.parse_args(arguments, argparse.Namespace(caller=caller))
    try:
        command: Callable[[argparse.Namespace], int] = options.command
        return command(options)
    except ModuleNotFoundError as error:
        return _again_in_venv(sys.argv[1:] if arguments is None else arguments, str(error.name))
    except KeyboardInterrupt:
        return 0


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description="The mock of Genesys Cloud.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="serve a world, and the reference widget on it, until Ctrl-C")
    serve.add_argument("--world", default="one_call", help="the starting state (see `worlds`)")
    serve.add_argument("--port", type=int, default=8765, help="0 for any free port")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on; loopback by default")
    serve.add_argument("--seed", type=int, default=1, help="the same seed gives the same ids and names")
    serve.add_argument(
        "--virtual-time", action="store_true", help="time stands still, but for the control API's `advance`"
    )
    serve.add_argument(
        "--hosts",
        nargs="*",
        metavar="ENVIRONMENT",
        help="answer over TLS, too, for Genesys' own hosts of these environments (mypurecloud.de), or of all",
    )
    serve.epilog = f"The control token is a new one each time, unless {TOKEN_VARIABLE} has one in the environment."
    serve.set_defaults(command=_serve)
    for name, command, text in (
        ("routes", _routes, "the operations that the mock knows"),
        ("worlds", _worlds, "the starting states"),
        ("faults", _faults, "the effects that a fault may have"),
        ("settings", _settings, "limits, and assumptions where nobody knows"),
        ("control", _control, "the verbs of the control API, for a harness in another language"),
    ):
        commands.add_parser(name, help=text).set_defaults(command=command)
    return parser


def _serve(options: argparse.Namespace) -> int:
    from .control import PREFIX, BadToken
    from .core.regions import ENVIRONMENTS, UnknownEnvironment
    from .core.worlds import UnknownWorld
    from .server import CannotListen, MockGenesys
    from .serving.serving import without_long_pauses

    place = {"host": options.host, "port": options.port, "control_token": os.environ.get(TOKEN_VARIABLE)}
    try:
        genesys = MockGenesys(options.world, seed=options.seed, **place).start()
    except BadToken as error:
        return _complain(f"{TOKEN_VARIABLE}: {error}")
    except (CannotListen, UnknownWorld) as error:
        return _complain(str(error))
    if options.caller.owns_process:
        without_long_pauses()
    try:
        hosts = None if options.hosts is None else genesys.serve_hosts(environments=options.hosts or ENVIRONMENTS)
    except UnknownEnvironment as error:
        genesys.stop()
        return _complain(f"--hosts: {error}")
    for path, folder in options.caller.pages.items():
        genesys.mount(path, folder, immutable=path == "/sdk")
    call = genesys.state.aliases.get("call", "")
    query = urlencode({"conversationId": call, "gcTargetEnv": "mypurecloud.de", "gateway": genesys.origin})
    print(f"API, OAuth and sockets   {genesys.origin}")
    if all(folder.is_dir() for folder in options.caller.pages.values()):
        print(f"reference widget         {genesys.page_origin}/widget/index.html?{query}")
    else:
        print(f"reference widget         its SDK is not here: `{options.caller.fetches}` fetches it")
    print(f"access token (agent)     {genesys.state.aliases['agent_token']}")
    print(f"control API              {genesys.origin}{PREFIX}")
    print(f"control token            {genesys.control_token}", flush=True)
    if hosts is not None:
        print(f"hosts of Genesys         {', '.join(hosts.names)}")
        print(f"Chromium finds them by   {shlex.join(hosts.chromium_arguments)}", flush=True)
    try:
        genesys.wait() if options.virtual_time else genesys.run_in_real_time()
    except KeyboardInterrupt:
        genesys.stop()
    print("ended")
    return 0


def _routes(_: argparse.Namespace) -> int:
    from .gateway.gateway import OPERATIONS

    routes = sorted(OPERATIONS.values(), key=lambda route: (route.path, route.method))
    return _table((route.method, route.path, route.operation) for route in routes)


def _worlds(_: argparse.Namespace) -> int:
    from .core.worlds import WORLDS

    return _table((world.name, world.doc) for world in WORLDS.values())


def _faults(_: argparse.Namespace) -> int:
    from .gateway.faults import EFFECTS

    return _table((e.name, "definite" if e.definite else "indefinite", e.doc) for e in EFFECTS.values())


def _settings(_: argparse.Namespace) -> int:
    from .core.settings import described

    return _table(described())


def _control(_: argparse.Namespace) -> int:
    from .control import PREFIX
    from .control.describe import rows

    return _table((method, PREFIX + name, takes, doc) for method, name, takes, doc in rows())


def _table(rows: Iterable[tuple[str, ...]]) -> int:
    lines = list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    return 0


def _again_in_venv(arguments: Sequence[str], missing: str) -> int:
    """Go on in the checkout's .venv, where the set-up has put the packages."""
    names = ("bin/python", "Scripts/python.exe")
    python = next((CHECKOUT / ".venv" / name for name in names if (CHECKOUT / ".venv" / name).exists()), None)
    if python is None or Path(sys.prefix).resolve() == (CHECKOUT / ".venv").resolve():
        return _complain(f"{missing} is not installed; `python3 -m tests --setup-only` installs what the mock needs")
    try:
        return subprocess.run([python, "-m", "mock_server", *arguments], cwd=CHECKOUT, check=False).returncode
    except KeyboardInterrupt:
        return 0


def _complain(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
