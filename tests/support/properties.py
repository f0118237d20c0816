"""Property tests: without a time limit per example on a busy machine, and with the same examples in every CI run."""

import os

import hypothesis

hypothesis.settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")), database=None)
hypothesis.settings.load_profile("house")
