"""`python3 -m e2e describe`: opens a page, tries what a mute changes on it, and writes a first widget.toml.

snapshot.py     a snapshot of a page with all its frames, and what differs between two
guessing.py     the page's address and parameters, from the command line or a half-written widget.toml
proposing.py    the lines to try where no Mute button was found
trying.py       the experiments: muted from elsewhere, clicked with everything held, refused, hung up, signed out
concluding.py   the keys of a widget.toml that follow, and what is unsure
placing.py      placeholders for the ids of the world in these keys
writing.py      the keys as TOML, with comments
__main__.py     the command
"""
