"""The suite runs on the harness's fixtures."""

pytest_plugins = ["e2e.harness.plugin"]
