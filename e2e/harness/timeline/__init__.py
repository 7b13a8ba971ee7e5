"""What pages logged and the server journaled, in one order, joined by cause."""
