"""Explores the orders in which the steps of a scenario can happen: walks them, plays them, makes counterexamples small."""
