"""The benchmark of the explorer: `python3 -m e2e --bench`. Its figures are compared on one machine, and never asserted.

stand.py     a theatre outside of pytest, and what its processes cost
rates.py     schedules a second and a core, where the time goes, how it grows with depth
chance.py    a script with random delays instead of the explorer
hunting.py   the mutants, found by either
"""
