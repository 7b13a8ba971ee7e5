"""hotmic's fixtures in a team's own tests."""
