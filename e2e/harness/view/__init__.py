"""What an agent can see of a widget, what a widget is described by, and how it reaches Genesys."""
