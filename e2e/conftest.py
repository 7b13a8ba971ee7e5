"""The suite runs on the harness's fixtures; its own tests on small pages."""

pytest_plugins = ["e2e.harness.plugin", "e2e.lab"]
