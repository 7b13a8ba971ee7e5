"""`python3 -m e2e --picture`: the picture of a report that the README shows, taken anew."""
