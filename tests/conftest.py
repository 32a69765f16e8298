"""What every test can ask for: databases, a browser, and honest words about what is missing."""

from __future__ import annotations

import gc
import os

from hypothesis import settings

pytest_plugins = [
    "tests.support.missing",
    "tests.support.postgres",
    "tests.support.places",
    "tests.support.browser",
    "tests.support.discretion",
]

# A busy machine is slow now and then; that is no finding. A failing example prints its own replay.
settings.register_profile("bell", deadline=None, print_blob=True)
settings.load_profile("bell")

# The tests choose their own settings; a developer's, in the environment, must not change a result.
for name in [name for name in os.environ if name.startswith("BOT_")]:
    if not name.startswith("BOT_TEST_"):
        del os.environ[name]

# Every client of LINE reads the machine's certificates, in 20 ms; no test speaks to anybody by TLS.
os.environ["SSL_CERT_FILE"] = os.devnull

# Thousands of tests are found while the heap only grows; looking through it again and again for
# garbage would take a fifth of that time, and half a second whenever a test wants it collected.
gc.disable()


def pytest_collection_finish() -> None:
    """Let the collector look only at what the tests make, not at what was there before them."""
    gc.collect()
    gc.freeze()
    gc.enable()
