"""How a browser is started or connected to, kept to this machine, and painted by command."""
