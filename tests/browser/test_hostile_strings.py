"""500 hostile texts through every surface: none runs, nothing is asked for, no dialog opens; with escaping off they do."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from hostile import HOSTILE
from hostile_surfaces import HALVES, SURFACES, VIEWS, few, figures
from plotly.offline import get_plotlyjs

from segkit import markup
from segkit.sharing.html import page as shared_page
from segkit.widgets.module import module

if TYPE_CHECKING:
    from lab import Lab
    from labpage import LabPage

pytestmark = pytest.mark.browser

WATCH = """(() => {
    if (window !== top) return;
    window.ran = new Set();
    Object.defineProperty(window, 'fired', { set: number => { window.ran.add(number); }, get: () => undefined });
    for (const name of ['alert', 'confirm', 'prompt', 'open', 'print']) window[name] = () => { window.ran.add(name); };
})()"""
RAN = "() => [...window.ran]"

PLAIN = """
b br body button caption code datalist details div em fieldset form h1 h2 h3 h4 head html i input label legend li main nav ol
option p pre section select small span strong style sub summary sup table tbody td textarea th thead tr ul
"""
NAMES = """
class colspan dir for halign href id lang list name open role rowspan scope scoped style tabindex type valign value border checked
disabled min max step placeholder inputmode autocomplete novalidate hidden title selected readonly spellcheck rows cols wrap
"""
ODD = f"""root => {{
    const plain = new Set({PLAIN.split()}), names = new Set({NAMES.split()});
    const odd = [...root.querySelectorAll('*')].filter(one => !plain.has(one.localName)
        || [...one.attributes].some(({{ name }}) => !names.has(name) && !/^(aria|data)-/.test(name)));
    return odd.map(one => one.outerHTML.slice(0, 200));
}}"""
PROVOKE = """async () => {
    await new Promise(done => setTimeout(done, 100));
    const folds = [...document.querySelectorAll('details, summary')].slice(0, 40);
    const others = document.querySelectorAll('a, area, button, input, select, [tabindex], [contenteditable]');
    for (const one of [...folds, ...others]) {
        if (!/^(details|summary)$/.test(one.localName)) one.focus();
        if (one.localName === 'a' && !/^https?:/.test(one.href)) one.click();  // where a reader goes is the reader's affair
        for (const kind of ['mouseover', 'pointerover', 'mouseenter', 'focus', 'toggle', 'load', 'error', 'click'])
            if (kind !== 'click' || !/^(summary|a)$/.test(one.localName))
                one.dispatchEvent(new MouseEvent(kind, { bubbles: true }));
    }
    await new Promise(done => setTimeout(done, 150));
}"""
FRAMES = """async pages => {
    await Promise.all(pages.map(page => new Promise(done => {
        const frame = document.createElement('iframe');
        frame.onload = () => {
            for (const one of frame.contentDocument?.querySelectorAll('*') ?? []) {
                for (const kind of ['mouseover', 'pointerover']) one.dispatchEvent(new MouseEvent(kind, { bubbles: true }));
                one.focus?.();
                if (!/^(a|form|input|button)$/.test(one.localName) || /script:/i.test(one.outerHTML)) one.click?.();
            }
            setTimeout(end, 120);
        };
        const end = () => { frame.remove(); done(); };
        setTimeout(end, 2000);
        frame.srcdoc = page;
        document.body.append(frame);
    })));
    return [...window.ran];
}"""


@pytest.fixture
def watched(page: LabPage) -> LabPage:
    """Return a page that remembers which of the texts ran."""
    page.tab.add_init_script(WATCH)
    page.tab.goto("about:blank")
    return page


def _ran(page: LabPage) -> list[Any]:
    page.evaluate(PROVOKE)
    return list(page.evaluate(RAN))


def _odd(page: LabPage, selector: str = "body") -> list[str]:
    """Return the elements that no surface of ours is made of."""
    return list(page.locator(selector).first.evaluate(ODD))


def _harmless(page: LabPage, whole: str) -> None:
    """Write HTML into a page that loads, and into one that stands: nothing of it is more than text."""
    page.show(f"<!DOCTYPE html><title>x</title><body>{whole}</body>")
    assert _odd(page) == []
    assert _ran(page) == []
    page.show("<body></body>")
    page.evaluate("whole => { document.body.innerHTML = whole; }", whole)
    assert _odd(page) == []
    assert _ran(page) == []


def test_the_texts_are_500_and_each_names_itself() -> None:
    """No text is there twice, and each holds its own number, however it is spelled."""
    assert len(HOSTILE) == len(set(HOSTILE)) == 500
    assert len(HALVES) == 10


@pytest.mark.parametrize("name", SURFACES)
def test_html_is_text_and_nothing_else(watched: LabPage, name: str) -> None:
    """Written into a page that loads, and into one that stands, no text is more than text; what is not taken is counted."""
    surface = SURFACES[name]()
    whole = "\n".join(surface.html)
    if name != "frames":  # pandas writes a line break as two letters
        assert [text for text in surface.texts if markup.text(text.strip()) not in whole] == []
    assert len(surface.texts) + sum(surface.refused.values()) == len(HOSTILE)
    assert set(surface.refused) <= {"half of a character", "pandas: surrogates not allowed"}
    _harmless(watched, whole)


def test_without_escaping_they_do_run(watched: LabPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the escaping of `markup` switched off, the same kind of table runs most of them, and asks the network."""
    monkeypatch.setattr(markup, "_escaped", str)
    tables = [markup.table(text, [text], [[text]]).html for text in HOSTILE]
    monkeypatch.undo()
    for some in few(tables, 50):
        watched.evaluate(FRAMES, list(some))
    watched.tab.wait_for_timeout(300)
    ran = watched.evaluate(RAN)
    outside, _ = watched.forgive()
    assert len(ran) >= 250
    assert len([address for address in outside if "example.invalid" in address]) >= 4


STAGE = """async ([text, views]) => {
    const { default: widget } = await import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
    for (const view of views) {
        const el = document.body.appendChild(document.createElement('div'));
        widget.render({ model: { get: () => view, send: () => {}, on: () => {}, off: () => {} }, el });
    }
    const values = [...document.querySelectorAll('input, textarea, option')].map(one => `${one.value} ${one.label ?? ''}`);
    return [document.body.textContent, ...values].join(' ');
}"""


def _flat(text: str) -> str:
    """Return a text as a view shows it: on one line, half of a character as the sign for it."""
    return re.sub(r"\s", "", re.sub("[\ud800-\udfff]", "\ufffd", text))


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_and_its_twin_are_text_and_nothing_else(watched: LabPage, name: str) -> None:
    """Each text that a widget takes stands in its view, and neither there nor in the twin is it more than text."""
    views, twins = zip(*VIEWS[name](), strict=True)
    watched.show("<!DOCTYPE html><title>x</title><body></body>")
    said = _flat(watched.evaluate(STAGE, [module(name), views]))
    lost = {text for text in HOSTILE if _flat(text) not in said}
    assert lost <= HALVES
    assert _odd(watched) == []
    assert _ran(watched) == []
    _harmless(watched, "\n".join(twins))


DRAW = """async figures => {
    const later = Date.now();
    let calls = 0;
    Date.now = () => later + 1000 * ++calls;  // plotly shows at most 20 labels a second
    const odd = [];
    for (const { data, layout } of figures) {
        const chart = document.body.appendChild(document.createElement('div'));
        await Plotly.newPlot(chart, data, layout, { showSendToCloud: false, displayModeBar: false });
        const look = (within) => odd.push(...[...chart.querySelectorAll(within)].filter(one =>
            /^(a|script|img|iframe|object|embed|foreignObject|animate|set|use|style)$/.test(one.localName)
            || [...one.attributes].some(({ name, value }) => /^on|href|src/.test(name) && !value.startsWith('data:image/png;'))
        ).map(one => one.outerHTML.slice(0, 200)));
        look('*');
        for (const one of [...chart.querySelectorAll('.sankey-link, .node-rect')].slice(0, 8)) {
            one.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
            look('.hoverlayer *');
        }
        const points = chart._fullData.filter(trace => trace.xaxis).flatMap(({ index, xaxis, yaxis, _length }) =>
            Array.from({ length: _length ?? 0 }, (_, number) => [{ curveNumber: index, pointNumber: number }, xaxis + yaxis]));
        const every = Math.ceil(points.length / 8);
        for (const [point, subplot] of points.filter((_, place) => place % every === 0)) {
            Plotly.Fx.hover(chart, [point], subplot);
            window.labels += chart.querySelectorAll('.hovertext').length;
            look('.hoverlayer *');
        }
        Plotly.purge(chart);
        chart.remove();
    }
    return odd;
}"""


def test_charts_are_text_and_nothing_else(watched: LabPage) -> None:
    """Drawn by plotly and hovered here and there, no name is a link or runs; raw, plotly makes links of some."""
    watched.show(f"<!DOCTYPE html><title>x</title><body><script>{get_plotlyjs()}</script><script>labels = 0</script></body>")
    drawn = [json.loads(figure.to_json()) for figure in figures()]
    for some in few(drawn, 10):
        assert watched.evaluate(DRAW, list(some)) == []
    assert _ran(watched) == []
    assert watched.evaluate("() => labels") > 500
    raw = {"data": [{"type": "bar", "x": [1] * len(HOSTILE), "y": list(HOSTILE), "orientation": "h"}], "layout": {"height": 9000}}
    assert len(watched.evaluate(DRAW, [raw])) > 20
    watched.tab.wait_for_timeout(300)
    asked, _ = watched.forgive()
    assert asked


def _notebook() -> nbformat.NotebookNode:
    """Return a notebook whose words, code and outputs in every form are the texts; its title is all of them."""
    cells: list[Any] = []
    for some in few(HOSTILE, 10):
        forms = ("text/html", "text/markdown", "text/plain", "image/svg+xml", "image/png", "text/latex")
        outputs = [nbformat.v4.new_output("display_data", {form: text}) for form in forms for text in some]
        outputs += [nbformat.v4.new_output("stream", name=name, text="\n".join(some)) for name in ("stdout", "stderr")]
        outputs += [nbformat.v4.new_output("error", ename=text, evalue=text, traceback=[text]) for text in some]
        cells += [nbformat.v4.new_code_cell(text) for text in some[1:]]
        cells += [nbformat.v4.new_code_cell(some[0], outputs=outputs), *map(nbformat.v4.new_markdown_cell, some)]
        cells[0].outputs = [nbformat.v4.new_output("display_data", {"text/plain": "first"})]
    return nbformat.v4.new_notebook(cells=cells, metadata={"title": " ".join(HOSTILE)})


LOOSE = """() => [...document.querySelectorAll('main *')].filter(one =>
    /^(script|style|iframe|object|embed|form|input|button|select|textarea|link|meta|base|svg|math|video|audio|template)$/.test(one.localName)
    || [...one.attributes].some(({ name, value }) => /^on|^(action|formaction|srcdoc|ping|background)$/.test(name)
        || (name === 'src' && !/^data:image[/]/.test(value)) || (name === 'href' && !/^(https?:|mailto:|#)/.test(value))
        || (name === 'style' && /url|expression/i.test(value)))
).map(one => one.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def shared() -> str:
    """Return the shared page of that notebook."""
    return shared_page(_notebook())


@pytest.mark.parametrize("wall", ["both walls", "the cleaning alone"])
def test_a_shared_page_is_text_and_nothing_else(watched: LabPage, shared: str, wall: str) -> None:
    """Words, code, outputs in every form and title of a shared page: none runs, also where its own policy is taken away."""
    policy = r'<meta http-equiv="Content-Security-Policy"[^>]*>'
    watched.show(shared if wall == "both walls" else re.sub(policy, "", shared))
    assert watched.evaluate(LOOSE) == []
    assert _ran(watched) == []
    outside, complaints = watched.forgive()
    assert not outside
    assert all("ERR_INVALID_URL (data:image/png;base64," in each for each in complaints)  # a text is no picture
    controls = r"[\x00-\x1f\ufffd\ufffe]"
    assert re.sub(controls, "", _flat(watched.tab.title())) == re.sub(controls, "", _flat(" ".join(HOSTILE)))


IN_OUTPUTS = """() => {
    const odd = [];
    for (const one of document.querySelectorAll('.jp-OutputArea-output *')) {
        if (/^(iframe|object|embed|img|video|audio|base|meta)$/.test(one.localName) && !one.closest('.js-plotly-plot')
            || [...one.attributes].some(({ name, value }) => /^on/.test(name)
                || /^\\s*(java|vb)script:/i.test(value) && /href|src/.test(name)))
            odd.push(one.outerHTML.slice(0, 200));
        if (one.localName === 'a' && !/^https?:/.test(one.href)) one.click();
        if (/^(SPAN|TD|TH|B|LABEL)$/i.test(one.localName)) one.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
    }
    return odd;
}"""
IN_LAB = """
import json

import pandas as pd
import segkit as sk
from segkit.findings import Finding, Findings

texts = json.load(open("hostile.json"))
answers = [{"id": n, "text": text} for n, text in enumerate(texts, 100)]
asked = {"question_type": "singlepunch", "answers": answers[:1]}
questions = [
    {**asked, "qualification_id": n, "question_description": text, "question_text": text} for n, text in enumerate(texts, 1000)
]
parent = {"qualification_id": 7, "question_description": texts[0], "answers": answers, "children": questions}
tree = sk.read_qualifications(json.dumps([{"7": parent}]))[7]
names = [text for text in texts if text.isprintable()]
design = sk.QuotaDesign(completes=60)
for place, name in enumerate(names):
    design = design.with_quota(name, sk.child_codes(gender="boy", ages=(place % 17 + 1, place % 17 + 1)), 1)
infinity = sk.Infinity.sandbox()
for name in names[:10]:
    infinity.create_segment(name, [("href", "begins", "/")])
shares = pd.Series(1 / len(names), index=pd.Index(names))
"""
SHOWN_IN_LAB = (
    "tree",
    "tree.walk().answer(100)",
    "Findings([Finding(text, 'error', text, text, text) for text in texts])",
    "design",
    "sk.forecast(design, replicates=2)",
    "sk.lint(design)",
    "infinity.segments()",
    "pd.DataFrame({'text': names}, index=names)",
    "sk.plots.what_if(shares, shares, title=names[0])",
    "sk.plots.quota_grid(design, title=names[1])",
    "sk.widgets.TreeWalker(tree)",
    "sk.widgets.QuotaDesigner(design, replicates=2)",
    "sk.widgets.SegmentBrowser(sk.InfinityStore(infinity))",
)


def test_in_a_real_lab_none_runs(lab: Lab, watched: LabPage) -> None:
    """In a trusted notebook, freshly run, a fifth of the texts is shown as frame, page, chart and widget, and none runs."""
    some = [text for text in HOSTILE if text not in HALVES][::5]
    (lab.folder / "hostile.json").write_text(json.dumps(some))
    lab.open(watched, lab.write("hostile.ipynb", [IN_LAB, *SHOWN_IN_LAB]))
    lab.run_all(watched)
    for selector in (".js-plotly-plot", ".sk-widget"):
        watched.locator(f"{selector}:visible").nth(1).wait_for()
    watched.tab.wait_for_timeout(1000)  # formulas are set late
    assert watched.evaluate(IN_OUTPUTS) == []
    assert watched.evaluate(RAN) == []
