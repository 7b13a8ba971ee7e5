"""The set-up behind the two commands, in the standard library only: it runs before anything is installed.

command.py      the two commands: set-up, then pytest as a child
options.py      hotmic's own options, read by argparse; the rest is read by pytest (e2e/harness/plugins/command_line.py)
steps.py        a step: done once, remembered by a stamp, reported in one line
python_env.py   step: .venv from python-packages.txt
sdk.py          steps: the official SDK and Playwright Test by npm, and where Node.js is
browser.py      step: a browser for headless and one for headed runs
chromiums.py    where Chrome, Edge and Chromium usually are, per operating system
children.py     programs run by the set-up
leftovers.py    the processes that a run has left behind
lock.py         one set-up at a time in a checkout
places.py       where things are, in a checkout or installed
program.py      how a person calls hotmic, there and here
"""
