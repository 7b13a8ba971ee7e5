"""hotmic tried in a browser on itself."""
