"""Shades for an order of segments: dark to light in one hue, so that they stay apart in greyscale too."""

from __future__ import annotations

_DARK, _LIGHT = (23, 55, 94), (222, 235, 247)
_TURN = 0.36  # of the way: there white and black ink both have a contrast of 4.5 on the ground


def shades(n: int) -> list[tuple[str, str]]:
    """Return for each of `n` steps the colour of its ground and of ink that reads on it.

    Examples
    --------
    >>> shades(2)
    [('rgb(23,55,94)', '#ffffff'), ('rgb(222,235,247)', '#000000')]
    """
    found = []
    for step in range(n):
        way = step / max(n - 1, 1)
        red, green, blue = (round(dark + way * (light - dark)) for dark, light in zip(_DARK, _LIGHT, strict=True))
        found.append((f"rgb({red},{green},{blue})", "#ffffff" if way < _TURN else "#000000"))
    return found
