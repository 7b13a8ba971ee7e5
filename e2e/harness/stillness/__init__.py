"""The only place that waits: until nothing is on its way and no page has anything left to do."""
