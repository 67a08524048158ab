"""QuotaDesigner: draw child quotas on an age x gender grid; see what is wrong with them and how many completes they bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit import markup
from segkit.errors import InvalidInput
from segkit.findings import SIGNS
from segkit.quotas.coding import python_of
from segkit.quotas.design import QuotaDesign
from segkit.quotas.drafting import Draft
from segkit.quotas.lint.check import lint
from segkit.quotas.outlook import Outlook
from segkit.quotas.survey import SurveyDocument, read_survey
from segkit.widgets.alone_designer import designer_alone
from segkit.widgets.designer_view import UNFOLDING, codes_of_key, design_view, findings_view
from segkit.widgets.module import module, style
from segkit.widgets.shown import Shown

if TYPE_CHECKING:
    from segkit.findings import Findings
    from segkit.quotas.field.admission import Policy
    from segkit.quotas.field.households import Households
    from segkit.quotas.field.repair import Repairs

DIGITS = 9  # of a count: no field brings more completes


class QuotaDesigner(Shown):
    """A widget to draw a quota design: the grid, the findings, the forecast, what would mend it, the vendor's JSON.

    Parameters
    ----------
    design
        The design to begin with: a `QuotaDesign`, a `SurveyDocument`, or None for an empty one.
    households
        The law of families that the forecast uses; None is segkit's own, which is synthetic and says so.
    policy, replicates, seed
        As `forecast` takes them.
    match
        The shares of other criteria than child age and gender, as `forecast` takes them.

    Attributes
    ----------
    design
        The design as it is drawn now; setting it is a step that can be undone.
    findings
        What `lint` finds in it, under the law of families that the forecast uses.
    code
        The Python that makes the design.

    Raises
    ------
    InvalidInput
        When it is given no design, or a law, policy, match, number or seed that a forecast would refuse.

    Examples
    --------
    >>> designer = QuotaDesigner(QuotaDesign(completes=1000))                       # doctest: +SKIP
    >>> designer.design.payload()                                                   # doctest: +SKIP
    """

    _name = "quota_designer"
    _esm = module(_name)
    _css = style(_name)

    def __init__(
        self,
        design: QuotaDesign | SurveyDocument | None = None,
        *,
        households: Households | None = None,
        policy: Policy = "per_qualification_set",
        match: dict[str, float] | None = None,
        replicates: int = 2000,
        seed: int = 0,
    ) -> None:
        self._draft = Draft.of(_design(QuotaDesign() if design is None else design))
        self._outlook = Outlook(households, policy=policy, match=match, replicates=replicates, seed=seed)
        self._unfolded: set[int] = set()
        self._exact = False
        self._repairs: Repairs | None = None
        super().__init__()

    @property
    def design(self) -> QuotaDesign:
        """The design as it is drawn now."""
        return self._draft.design

    @design.setter
    def design(self, design: QuotaDesign | SurveyDocument) -> None:
        self._step(self._draft.load(_design(design)))
        self._redraw("Another design.")

    @property
    def findings(self) -> Findings:
        """What `lint` finds in it, under the law of families that the forecast uses."""
        return self._outlook.findings(self.design)

    @property
    def code(self) -> str:
        """The Python that makes the design."""
        return python_of(self.design)

    def _step(self, draft: Draft) -> None:
        """Go on to another draft; what was forecast of the one before is gone."""
        if draft.design != self._draft.design:
            self._exact, self._repairs = False, None
        self._draft = draft

    def _do_paint(self, message: dict[str, Any]) -> str:
        if not isinstance(message.get("cells"), list) or "on" not in message:
            raise InvalidInput("nothing was painted: name the cells, and whether they are wanted")
        codes = [code for key in message["cells"] for code in codes_of_key(key)]
        if self._draft.layer is None and not self._draft.design.quotas and self._draft.follows:
            self._step(self._draft.add_quota())
        self._step(self._draft.paint(codes, on=bool(message["on"])))
        cells = len(message["cells"])
        return f"{cells} {'cell' if cells == 1 else 'cells'} {'added' if message['on'] else 'taken out'}."

    def _do_select(self, message: dict[str, Any]) -> str:
        self._step(self._draft.select(message["layer"]))
        return f"Painting on {message['layer'] or 'who may enter'}."

    def _do_add(self, _message: dict[str, Any]) -> str:
        self._step(self._draft.add_quota())
        return f"{self._draft.layer} added."

    def _do_drop(self, _message: dict[str, Any]) -> str:
        dropped = self._draft.layer
        self._step(self._draft.drop_quota())
        return f"{dropped} removed."

    def _do_rename(self, message: dict[str, Any]) -> None:
        self._step(self._draft.rename(str(message["value"])))

    def _do_count(self, message: dict[str, Any]) -> None:
        self._step(self._draft.select(message["layer"]).count(_number(message["value"])))

    def _do_completes(self, message: dict[str, Any]) -> None:
        text = str(message["value"]).strip()
        self._step(self._draft.completes(_number(text) if text else None))

    def _do_follow(self, message: dict[str, Any]) -> None:
        self._step(self._draft.follow(bool(message["value"])))

    def _do_undo(self, _message: dict[str, Any]) -> str:
        self._step(self._draft.undo())
        return "Undone."

    def _do_redo(self, _message: dict[str, Any]) -> str:
        self._step(self._draft.redo())
        return "Done again."

    def _do_unfold(self, message: dict[str, Any]) -> None:
        if message["age"] in UNFOLDING:
            self._unfolded ^= {message["age"]}

    def _do_load(self, message: dict[str, Any]) -> str:
        self._step(self._draft.load(read_survey(str(message["text"]).encode()).design))
        return "The JSON is drawn."

    def _do_exact(self, _message: dict[str, Any]) -> str:
        self._exact = True
        return ""

    def _settled(self) -> None:
        self._exact = True
        self._redraw("")

    def _do_repair(self, _message: dict[str, Any]) -> str:
        self._exact = True
        self._repairs = self._outlook.repairs(self.design)
        return f"{len(self._repairs.proposals)} proposals."

    def _do_accept(self, message: dict[str, Any]) -> str:
        if self._repairs is None:
            raise InvalidInput("the proposals are gone: the design has changed; ask again")
        place, proposals = message.get("place"), self._repairs.proposals
        if type(place) is not int or not 0 <= place < len(proposals):
            raise InvalidInput(f"there is no proposal {place!r:.40}; there are {len(proposals)}")
        proposal = proposals[place]
        self._step(self._draft.load(proposal.design))
        return f"Accepted: {proposal.what}."

    def _drawn(self) -> dict[str, Any]:
        """Return all that the view shows."""
        told = self._outlook.told(self.design, exact=self._exact)
        # While the hand moves, only what needs no forecast; the rest comes with the exact forecast.
        found = self.findings if self._exact and told.can_be_exact else lint(self.design)
        proposals = self._repairs.proposals if self._repairs else ()
        return {
            **design_view(self._draft, self._unfolded),
            "findings": findings_view(found),
            "outlook": {
                "lines": [{"text": line, "main": place == 0} for place, line in enumerate(told.lines)],
                "waits": not self._exact and told.can_be_exact,
                "can_repair": told.can_be_exact and self.design.completes is not None,
            },
            "repairs": [{"text": proposal.in_words, "can": True} for proposal in proposals],
            "why_not": self._repairs.why_not if self._repairs else "",
            **self._told,
        }

    def _alone(self) -> dict[str, Any]:
        return designer_alone(self._draft, self._unfolded)

    def _picture(self) -> markup.Markup:
        """Draw the state as static HTML: the quotas, the grid, the forecast, the findings, the JSON."""
        view = self.view
        columns = [column["label"] for column in view["columns"]]
        rows = [(row["name"], *(" ".join(map(str, cell["marks"])) or "–" for cell in row["cells"])) for row in view["rows"]]
        numbers = ", ".join(f"{layer['number']} {layer['id']}" for layer in view["layers"] if layer["id"] is not None)
        grid = markup.table(f"Quotas by age and gender: {numbers or 'none'}", ["children", *columns], rows)
        told = markup.join(markup.element("p", line["text"]) for line in view["outlook"]["lines"])
        found = [(SIGNS[f.severity], f.code, f.where, f.message) for f in self.findings]
        findings = (
            markup.table("Findings", ["severity", "code", "where", "message"], found)
            if found
            else markup.note("✓ Nothing found.")
        )
        paper = markup.folded("The vendor's JSON", markup.preformatted(view["json"]))
        return markup.join([markup.Markup(self.design._repr_html_()), grid, told, findings, paper])

    def __repr__(self) -> str:
        return f"<QuotaDesigner {self.design!r}>"


def _design(given: object) -> QuotaDesign:
    if isinstance(given, SurveyDocument):
        return given.design
    if isinstance(given, QuotaDesign):
        return given
    raise InvalidInput(f"design is {type(given).__name__}: give a QuotaDesign, a survey document, or nothing")


def _number(value: object) -> int:
    text = str(value).strip().replace(",", "")
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
        raise InvalidInput(f"{str(value)!r:.40} is no count: give a whole number from 0, of {DIGITS} digits at most")
    return int(text)
