"""The mock on real sockets, for tests that need it."""

pytest_plugins = ["mock_server.pytest_plugin"]
