"""What every test can ask for: databases, a browser, and honest words about what is missing."""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = [
    "tests.support.missing",
    "tests.support.postgres",
    "tests.support.browser",
]

# A busy machine is slow now and then; that is no finding. A failing example prints its own replay.
settings.register_profile("bell", deadline=None, print_blob=True)
settings.load_profile("bell")
