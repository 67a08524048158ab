"""What HTML of unknown origin may keep: text, tables, inline styles, and images that lie in the text itself.

Nothing that runs, asks the network, or lies over the page is kept: no script, no handler, no form, no ``<style>``.
"""

from __future__ import annotations

import re
from typing import Final

import bleach  # type: ignore[import-untyped]  # nbconvert brings it: its own sanitiser is this one
from bleach.css_sanitizer import CSSSanitizer  # type: ignore[import-untyped]

from segkit.markup import Markup

_TAGS: Final = """
a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6
hr i img ins kbd li mark meter ol p pre progress q s samp small span strong sub summary sup table tbody td tfoot th thead
time tr u ul var wbr
"""
EVERYWHERE: Final = frozenset(["class", "dir", "id", "lang", "role", "style", "title"])
OF_TAG: Final = {
    "a": frozenset(["href"]),
    "abbr": frozenset(["title"]),
    "col": frozenset(["span"]),
    "colgroup": frozenset(["span"]),
    "details": frozenset(["open"]),
    "img": frozenset(["alt", "height", "src", "width"]),
    "meter": frozenset(["high", "low", "max", "min", "optimum", "value"]),
    "ol": frozenset(["reversed", "start", "type"]),
    "progress": frozenset(["max", "value"]),
    "td": frozenset(["colspan", "headers", "rowspan"]),
    "th": frozenset(["abbr", "colspan", "headers", "rowspan", "scope"]),
    "time": frozenset(["datetime"]),
}
_STYLES: Final = """
align-items background background-color border border-bottom border-bottom-color border-bottom-left-radius
border-bottom-right-radius border-bottom-style border-bottom-width border-collapse border-color border-left border-left-color
border-left-style border-left-width border-radius border-right border-right-color border-right-style border-right-width
border-spacing border-style border-top border-top-color border-top-left-radius border-top-right-radius border-top-style
border-top-width border-width box-sizing caption-side color column-gap display empty-cells flex flex-basis flex-direction
flex-grow flex-shrink flex-wrap font font-family font-feature-settings font-size font-style font-variant
font-variant-numeric font-weight gap grid-column grid-gap grid-row grid-template-columns grid-template-rows height
justify-content justify-items letter-spacing line-height list-style list-style-type margin margin-bottom margin-left
margin-right margin-top max-height max-width min-height min-width opacity overflow overflow-wrap overflow-x overflow-y
padding padding-bottom padding-left padding-right padding-top row-gap table-layout text-align text-decoration text-indent
text-transform vertical-align white-space width word-break word-spacing
"""
"""No position and no z-index: an output stays where it stands."""

_FETCHES = re.compile(r"url|image|src|expression|\\", re.IGNORECASE)
"""What lets a style ask for something or, in old browsers, run; the backslash, because it can spell each of the others."""
_ADDRESS = re.compile(r"\s*(https?:|mailto:|#)", re.IGNORECASE)
_PICTURE = re.compile(r"\s*data:image/(png|jpeg|gif|webp|svg\+xml)[;,]", re.IGNORECASE)
_NOT_TEXT = re.compile(r"<(style|script|svg|math|template|noscript|iframe|object|head|title)\b", re.IGNORECASE)
"""Elements whose inside would turn into words on the page; what this misses, the sanitiser shows as words."""


def _allowed(tag: str, name: str, value: str) -> bool:
    """Say whether a tag keeps this attribute."""
    if name == "src":
        return tag == "img" and bool(_PICTURE.match(value))
    if name == "href":
        return tag == "a" and bool(_ADDRESS.match(value))
    if name == "style":
        return not _FETCHES.search(value)
    return name in EVERYWHERE or name.startswith("aria-") or name in OF_TAG.get(tag, ())


def _of_text(html: str) -> str:
    """Take out each element that is no text, up to its end; one that has none is left to the sanitiser."""
    parts, end, endless = [], 0, set[str]()
    for begin in _NOT_TEXT.finditer(html):
        name = begin[1].lower()
        if begin.start() < end or name in endless:
            continue
        last = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(html, begin.end())
        if last is None:  # nor has any that begins later: looking again for each would take for ever
            endless.add(name)
            continue
        parts.append(html[end : begin.start()])
        end = last.end()
    return "".join([*parts, html[end:]])


def clean(html: str) -> Markup:
    """Return what is harmless of this HTML.

    Examples
    --------
    >>> clean("<b onclick='steal()'>bold</b><script>steal()</script>").html
    '<b>bold</b>'
    """
    return Markup(
        bleach.clean(
            _of_text(html),
            tags=frozenset(_TAGS.split()),
            attributes=_allowed,
            protocols=["data", "http", "https", "mailto"],
            strip=True,
            css_sanitizer=CSSSanitizer(allowed_css_properties=frozenset(_STYLES.split()), allowed_svg_properties=()),
        )
    )
