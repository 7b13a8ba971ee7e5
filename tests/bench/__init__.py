"""How quick the mock is: `python3 -m tests --bench` prints every figure beside its bar. Nothing here is a test."""
