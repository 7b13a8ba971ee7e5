"""What `python3 -m e2e describe` takes: known before anything is installed, for its `--help`."""

from argparse import ArgumentParser


def parser() -> ArgumentParser:
    """Reads the words after `describe`."""
    parser = ArgumentParser(
        "python3 -m e2e describe",
        description="Writes a first widget.toml, from what the page does when somebody mutes.",
    )
    parser.add_argument("where", metavar="WHERE", help="http://…, a folder to serve, or a page")
    parser.add_argument(
        "folder", metavar="FOLDER", nargs="?", help="the folder that answers for the host of an address"
    )
    parser.add_argument("--connect", metavar="WS", default="", help="a browser of Playwright's server there")
    parser.add_argument("--output", metavar="FILE", help="write there; a file that exists is not written over")
    return parser
