"""Find a Chromium for the browser tests, and install one where that is possible.

`python -m tools.chromium` runs before the tests, so that an installation is seen and takes no
test's time: as root on Debian or Ubuntu with apt-get (with Chinese fonts, or the pictures show
boxes), elsewhere with Playwright's own download. It always succeeds: whether a missing browser is
a failure is for the tests to say. `BOT_TEST_CHROMIUM` names a browser to use instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_MACS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
DEBIAN_FONTS = "fonts-noto-cjk"


def find_chromium() -> Path | None:
    """Return the browser to test with, or None if this machine has none."""
    named = os.environ.get("BOT_TEST_CHROMIUM")
    if named:
        return Path(named) if Path(named).exists() else None
    for name in NAMES:
        found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/bin:/snap/bin")
        if found:
            return Path(found)
    return ON_MACS if ON_MACS.exists() else playwrights_own()


def playwrights_own() -> Path | None:
    """Return the Chromium that Playwright has downloaded, if it has."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def chinese_fonts_are_missing() -> bool:
    """Tell whether fontconfig knows no font for Traditional Chinese."""
    if not shutil.which("fc-list"):
        return sys.platform == "linux"
    known = subprocess.run(["fc-list", ":lang=zh-tw"], capture_output=True, check=False)
    return not known.stdout.strip()


def install(browser_is_missing: bool) -> None:
    """Install what is missing, or say what kept us from it."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        packages = [DEBIAN_FONTS, *(["chromium"] if browser_is_missing else [])]
        _try(["apt-get", "update", "--quiet"])
        _try(["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages])
    elif browser_is_missing:
        _try([sys.executable, "-m", "playwright", "install", "chromium"])


def _try(command: Sequence[str]) -> None:
    print("chromium:", *command, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    status = subprocess.run(command, env=environment, check=False).returncode
    if status:
        print(f"chromium: that failed with status {status}", file=sys.stderr)


def main() -> None:
    """Have a Chromium and Chinese fonts, as far as this machine allows, and say which."""
    browser_is_missing = find_chromium() is None and "BOT_TEST_CHROMIUM" not in os.environ
    if browser_is_missing or chinese_fonts_are_missing():
        install(browser_is_missing)
    if chinese_fonts_are_missing():
        print(
            "chromium: no font for Traditional Chinese; pictures will show boxes", file=sys.stderr
        )
    print(f"chromium: {find_chromium() or 'none: the browser tests cannot run'}")


if __name__ == "__main__":
    main()
