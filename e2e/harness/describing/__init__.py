"""`python3 -m e2e describe`: opens a page, tries what a mute does to it, and writes a first widget.toml.

snapshot.js     what stands in a document: controls, marks (classes and attributes), words
snapshot.py     the same of a page with all its frames, and what changed between two
trying.py       the experiments: muted from elsewhere, clicked with everything held, refused, hung up, signed out
concluding.py   what follows: the keys of a widget.toml, and what is not sure
writing.py      the keys as TOML, with comments
__main__.py     the command
"""
