"""Scenarios, and the orders in which their steps can happen: walked, played, made small."""
