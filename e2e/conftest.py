"""The suite runs on the harness's fixtures; its own tests on small pages."""

pytest_plugins = ["e2e.harness.plugins.fixtures", "e2e.selftest.lab"]
