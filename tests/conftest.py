"""Everything shared lives in `tests/support/`."""

pytest_plugins = ["support.databases", "support.properties", "support.engine", "support.server", "support.browser"]
