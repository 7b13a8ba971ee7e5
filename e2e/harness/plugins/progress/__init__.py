"""Shows how far scenarios are explored while a run goes on: live on a terminal, elsewhere in a line now and then.

reports.py   what a test sends while it explores a scenario
loopback.py  the way from pytest-xdist's processes to the one that shows it
board.py     how far all scenarios are
display.py   live rows drawn by rich, or plain lines
ticking.py   a thread that lets a line come when nothing else does
hooks.py     the pytest plugin
"""
