"""What runs in the page, and its Python side."""
