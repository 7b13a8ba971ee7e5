"""One world, one page, one agent, from opening to judging."""
