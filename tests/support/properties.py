"""Property tests: without a time limit per example on a busy machine, and with the same examples in every CI run.

`HUIYIN_EXAMPLES=5000` plays more of them, other ones in each run.
"""

import os

import hypothesis

MORE = int(os.environ.get("HUIYIN_EXAMPLES", "0"))


def examples(usual: int) -> int:
    """How many examples a test plays: as many as usual, or as many as asked for."""
    return MORE or usual


hypothesis.settings.register_profile(
    "house",
    deadline=None,
    derandomize=bool(os.environ.get("CI")) and not MORE,
    database=None,
    print_blob=True,
    report_multiple_bugs=False,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate, hypothesis.Phase.shrink],
)
hypothesis.settings.load_profile("house")
