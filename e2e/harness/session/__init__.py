"""Runs one story: one world, its pages and one agent, from opening the widget to judging the promises."""
