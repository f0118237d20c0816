"""Everything shared lives in `tests/support/`."""

pytest_plugins = [
    "support.databases",
    "support.properties",
    "support.engine",
    "support.orders",
    "support.server",
    "support.browser",
]
