"""Texts compared without minding which sort of space stands in them."""

from __future__ import annotations


def plain(text: str) -> str:
    """``text`` with an ordinary space for each unbreakable one of French typography and CLDR."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")
