"""Benchmarks the explorer: `python3 -m e2e --bench`. Its figures are compared on one machine, and no test asserts them.

stand.py     a player outside of pytest, and what its processes cost
rates.py     schedules a second and a core, where the time goes, how it grows with the number of steps
chance.py    a script with random delays in the place of the explorer
hunting.py   how soon each of the two finds the mutants
"""
