"""SegmentBrowser: a registry as a table that can be edited, the plan beside it, applied once it is confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit import markup
from segkit.errors import InvalidInput
from segkit.registry.applied import Applied
from segkit.registry.editing import Editing
from segkit.registry.looking import Look
from segkit.registry.plan_rows import SIGNS
from segkit.registry.proposal import Proposal, so_already
from segkit.widgets.alone_browser import browser_alone
from segkit.widgets.browser_view import confirm_view, outcome_view, plan_view, provenance_of, python_of, table_view
from segkit.widgets.module import module, style
from segkit.widgets.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import pandas as pd

    from segkit.registry.plan import Plan
    from segkit.registry.scope import Owned
    from segkit.registry.store import SegmentStore

    Apply = Callable[..., object]  # an Applied, which a caller's own may forget

MOST_KEPT = 200
"""Rows of a static copy."""


class SegmentBrowser(Shown):
    """A widget to look through a registry of segments and to edit it: nothing is sent before the plan is confirmed.

    Parameters
    ----------
    store
        The registry: a `CIOPulseStore`, an `InfinityStore`, an `InstaleapStore`. It is read once; "Read again" reads it anew.
    apply
        What carries a confirmed plan out: `segkit.apply`, or a callable that takes a plan, a store, and the keywords ``allow``
        and ``progress``, such as ``functools.partial(segkit.apply, journal="run.sqlite")``. Without one nothing can be sent.
    owned
        What may be touched, as `segkit.plan` takes it.

    Attributes
    ----------
    plan
        What the changes would do.
    wanted
        The frame that `plan` is made of: one row a changed segment, text.
    applied
        What became of the plan that was applied last; None before one was.
    code
        The Python that makes the same plan of ``store``, and applies it.

    Raises
    ------
    InvalidInput
        When `store` is no registry, or `apply` cannot be called.
    CallError
        When the registry cannot be read.

    Examples
    --------
    >>> browser = SegmentBrowser(segkit.InfinityStore(infinity), apply=segkit.apply)       # doctest: +SKIP
    >>> browser.edit("400", "segment_name", "Shop").plan                                   # doctest: +SKIP
    """

    _name = "segment_browser"
    _esm = module(_name)
    _css = style(_name)

    def __init__(self, store: SegmentStore, apply: Apply | None = None, *, owned: Owned = None) -> None:
        if not hasattr(store, "normalise"):
            known = "CIOPulseStore(client), InfinityStore(client) or InstaleapStore(client)"
            raise InvalidInput(f"the store is {type(store).__name__}: give {known}")
        if apply is not None and not callable(apply):
            raise InvalidInput(f"apply is {type(apply).__name__}: give a callable, such as segkit.apply")
        self._store, self._apply, self._owned = store, apply, owned
        self._editing = Editing(store.schema, store.read())
        self._look = Look()
        self._rows = self._look.rows(self._editing)
        self._proposal = Proposal.of(store, self._editing, owned)
        self._is_asked = False
        self.applied: Applied | None = None
        super().__init__()

    @property
    def plan(self) -> Plan:
        """What the changes would do."""
        return self._proposal.plan

    @property
    def wanted(self) -> pd.DataFrame:
        """The frame that the plan is made of: text, indexed by the table's rows; a missing cell leaves a value as it is."""
        return self._proposal.wanted.copy()

    @property
    def code(self) -> str:
        """The Python that makes the same plan of ``store``, and applies it."""
        return python_of(self._editing, self._proposal)

    def edit(self, row: str, column: str, text: str) -> SegmentBrowser:
        """Type a text into a cell as the user would; `row` is a segment's key, or what `add` named a new one."""
        return self._asked(do="edit", row=row, column=column, text=text)

    def add(self, **cells: str) -> SegmentBrowser:
        """Add a row, with these cells; it goes by the first name of ``new 1``, ``new 2`` ... that is free."""
        if unknown := sorted(set(cells).difference(self._editing.columns)):
            known = ", ".join(self._editing.columns)
            raise InvalidInput(f"there is no column {', '.join(map(repr, unknown))}; there are {known}")
        self._asked(do="add")
        row = self._editing.edits.added[0]
        for column, text in cells.items():
            self.edit(row, column, text)
        return self

    def remove(self, row: str) -> SegmentBrowser:
        """Remove a row: what is there is to be deleted."""
        return self._asked(do="remove", row=row)

    def undo(self) -> SegmentBrowser:
        """Go one change back."""
        return self._asked(do="undo")

    def _step(self, editing: Editing, *, anew: bool = False) -> None:
        """Go on to another table, if a plan can be made of it; the rows keep their places while somebody types."""
        if editing is self._editing:
            return
        self._proposal = Proposal.of(self._store, editing, self._owned)
        self._editing, self._is_asked = editing, False
        rows = set(editing.rows)
        self._rows = self._look.rows(editing) if anew else [row for row in self._rows if row in rows]

    def _looked(self, look: Look) -> None:
        self._rows = look.rows(self._editing)
        self._look = look

    def _do_sort(self, message: dict[str, Any]) -> str:
        self._looked(self._look.sorted_by(str(message["column"])))
        return f"Sorted by {self._look.column}{', downwards' if self._look.down else ''}." if self._look.column else "Not sorted."

    def _do_find(self, message: dict[str, Any]) -> str:
        self._looked(self._look.narrowed(words=str(message["text"])))
        return f"{len(self._rows)} found."

    def _do_group(self, message: dict[str, Any]) -> str:
        self._looked(self._look.narrowed(group=str(message["value"]) or None))
        return f"{len(self._rows)} found."

    def _do_changed(self, message: dict[str, Any]) -> str:
        self._looked(self._look.narrowed(changed=bool(message["value"])))
        return f"{len(self._rows)} found."

    def _do_page(self, message: dict[str, Any]) -> None:
        self._look = self._look.turned(message["to"])  # of the same rows: what was changed meanwhile keeps its place

    def _do_edit(self, message: dict[str, Any]) -> str:
        row, column = str(message["row"]), str(message["column"])
        self._step(self._editing.typed(row, column, str(message["text"])))
        return ""

    def _do_add(self, _message: dict[str, Any]) -> str:
        self._step(self._editing.add())
        self._look = self._look.turned(0)
        self._rows = [self._editing.edits.added[0], *self._rows]
        return "A row is added, at the top."

    def _do_remove(self, message: dict[str, Any]) -> str:
        self._step(self._editing.remove(str(message["row"])))
        return f"{message['row']} is to be deleted." if message["row"] in self._editing.there else "The new row is gone."

    def _do_restore(self, message: dict[str, Any]) -> str:
        self._step(self._editing.restore(str(message["row"])))
        return f"{message['row']} is as it was."

    def _do_undo(self, _message: dict[str, Any]) -> str:
        self._step(self._editing.undo(), anew=True)
        return "Undone."

    def _do_redo(self, _message: dict[str, Any]) -> str:
        self._step(self._editing.redo(), anew=True)
        return "Done again."

    def _do_read(self, _message: dict[str, Any]) -> str:
        self._reread()
        return "Read again."

    def _reread(self, done: Collection[str] = ()) -> None:
        """Read the registry, and lay onto it the changes that are neither `done` nor there by now."""
        read = self._editing.reread(self._store.read(), done)
        self._step(read.reread(read.there, so_already(self._store, read)), anew=True)

    def _do_confirm(self, _message: dict[str, Any]) -> str:
        if self._apply is None:
            raise InvalidInput("nothing can be sent from here: give apply=segkit.apply")
        if not self._proposal.can_apply:
            raise InvalidInput("there is nothing that can be applied: look at the plan's findings")
        self._is_asked = True
        return "Confirm, or go back."

    def _do_cancel(self, _message: dict[str, Any]) -> str:
        self._is_asked = False
        return "Nothing was sent."

    def _do_apply(self, message: dict[str, Any]) -> str:
        proposal = self._proposal
        if self._apply is None or not self._is_asked or message.get("checksum") != proposal.plan.checksum:
            raise InvalidInput("the plan that was confirmed is another one by now: look at it again")
        self._is_asked = False
        lifted = [guard.code for guard in proposal.guards if guard.code in message.get("allow", ())]
        self._doubt = "; some of it may have been sent: read again to see what is there"
        applied = self._apply(proposal.plan, self._store, allow=lifted, progress=False)
        if not isinstance(applied, Applied):
            told = f"apply returned {type(applied).__name__}, and not what became of the plan"
            raise InvalidInput(f"{told}: read again to see what is there")
        self.applied = applied
        self._reread(proposal.done({row.key for row in applied.rows if row.outcome == "applied"}))
        return f"Applied: {applied.in_words}."

    def _drawn(self) -> dict[str, Any]:
        """Return all that the view shows."""
        return {
            **table_view(self._editing, self._look, self._rows, self._proposal.rows()),
            "plan": plan_view(self._proposal, self._store.schema),
            "can_send": self._apply is not None,
            "confirm": confirm_view(self._proposal) if self._is_asked else None,
            "outcome": outcome_view(self.applied) if self.applied else None,
            "code": self.code,
            "provenance": provenance_of(self._store.target),
            **self._told,
        }

    def _alone(self) -> dict[str, Any]:
        return browser_alone(self._editing, self._look, self._rows, self._proposal.rows())

    def _picture(self) -> markup.Markup:
        """Draw the state as static HTML: the table as it stands, and the plan."""
        editing, planned = self._editing, self._proposal.rows()
        rows = self._rows[:MOST_KEPT]
        signs = [f"{SIGNS[planned[row].action]} {planned[row].action}" if row in planned else "" for row in rows]
        cells = [["; ".join(editing.text(row, name).splitlines()) for name in editing.columns] for row in rows]
        shown = [(first or row, *others, sign) for row, (first, *others), sign in zip(rows, cells, signs, strict=True)]
        caption = ": ".join(filter(None, [f"{editing.schema.registry} at {self._store.target}", self.view["provenance"]]))
        parts: list[object] = [markup.table(caption, [*editing.columns, "plan"], shown)]
        if len(self._rows) > MOST_KEPT:
            parts.append(markup.note(f"{len(self._rows) - MOST_KEPT} more."))
        return markup.join([*parts, markup.Markup(self.plan._repr_html_())] if planned else parts)

    def __repr__(self) -> str:
        return f"<SegmentBrowser of {self._store!r}: {len(self._editing.touched)} rows changed>"
