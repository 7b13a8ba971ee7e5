"""`python3 -m tests --clients-table`: operations × clients, as Markdown."""

from .table import markdown, rows

if __name__ == "__main__":
    print(markdown(rows()))
