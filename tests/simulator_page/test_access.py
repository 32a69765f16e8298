"""The page for everybody: narrow windows, fingers, screen readers, and a strict safety policy."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from .conftest import LAPTOP, PHONE, Opened
from .standin import SIMULATOR

SIZES = [LAPTOP, (1024, 768), PHONE]
SMALL = """() => [...document.querySelectorAll("button, select, input, textarea, [role=button]")]
  .filter((node) => node.checkVisibility({ visibilityProperty: true }))
  .map((node) => [node.outerHTML.slice(0, 90), node.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < 24 || height < 24)
  .map(([html]) => html)"""
NAMELESS = """() => [...document.querySelectorAll("button, a[href], input, textarea, select")]
  .filter((node) => node.checkVisibility({ visibilityProperty: true }))
  .filter((node) => {
    const label = node.labels?.[0]?.textContent ?? "";
    return !(node.getAttribute("aria-label") || node.textContent || label).trim();
  }).map((node) => node.outerHTML.slice(0, 90))"""


@pytest.mark.parametrize("size", SIZES)
async def test_the_page_never_scrolls_sideways(opened: Opened, size: tuple[int, int]) -> None:
    """Whatever the window, nothing sticks out."""
    page = await opened(size)
    assert await page.evaluate("document.documentElement.scrollWidth") == size[0]


@pytest.mark.parametrize("size", SIZES)
async def test_whatever_is_tapped_is_large_enough(opened: Opened, size: tuple[int, int]) -> None:
    """At least 24 by 24 pixels (WCAG 2.2, 2.5.8)."""
    page = await opened(size)
    assert await page.evaluate(SMALL) == []


async def test_everything_that_can_be_used_has_a_name(page: Page) -> None:
    """Buttons, links and fields are named for screen readers."""
    assert await page.evaluate(NAMELESS) == []


async def test_the_page_is_in_traditional_chinese_of_taiwan(page: Page) -> None:
    """The language is declared, and the installed font is the last resort."""
    await expect(page.locator("html")).to_have_attribute("lang", "zh-Hant-TW")
    family = await page.evaluate("getComputedStyle(document.body).fontFamily")
    assert "Bell Fallback TC" in family


async def test_motion_stops_for_those_who_ask(opened: Opened) -> None:
    """Reduced motion leaves no animation that takes time."""
    page = await opened(reduced_motion="reduce")
    took = await page.locator(".row").first.evaluate(
        "node => getComputedStyle(node).animationDuration"
    )
    assert took == "0.001s"


def test_the_scripts_never_write_markup() -> None:
    """No module has a way to turn data into HTML or code."""
    ways = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function")
    modules = sorted((SIMULATOR / "static").glob("*.js"))
    assert modules
    assert [each.name for each in modules if ways.search(each.read_text("utf-8"))] == []


def test_the_page_has_no_inline_script_or_style() -> None:
    """Everything comes from files of the same origin, so that the policy can be strict."""
    page = (SIMULATOR / "templates" / "phones.html").read_text("utf-8")
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page) == []
    assert re.findall(r"(?:src|href)=\"(?!/|#)", page) == []
