"""OAuth: grants, tokens and the login page."""
