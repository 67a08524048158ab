"""A quota design: which families a survey wants, how many of each; frozen, edited by copies, written as the vendor writes it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self

from segkit.errors import InvalidInput
from segkit.quotas import showing
from segkit.quotas.criteria import codes_given, filled, placed
from segkit.quotas.parameters import TYPED, checked, parameters_of
from segkit.quotas.quota import Quota
from segkit.quotas.targets import listed
from segkit.quotas.writing import plain

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from segkit.findings import Findings
    from segkit.quotas.codes import Unit


@dataclass(frozen=True)
class QuotaDesign:
    """Which families a survey wants: its qualification, its quotas, and the fields that a create survey call needs.

    Parameters
    ----------
    completes
        How many completes the survey needs; None where that is not said yet.
    qualification
        The codes of qualification 232 that may enter; None where anybody may.
    quotas
        See `with_quota`.
    survey_title, survey_category_code, survey_localization, expected_ir, expected_loi, live_url, test_url, field_time
        As the vendor documents them: incidence in percent, length of interview in minutes, field time in days.
    offer_price
        What a complete is paid.
    qualification_unit
        ``years`` or ``months``, written on the qualification only where it was read there.
    criteria
        Other qualifications of the survey, as the vendor writes them.
    others
        Other fields of the survey, kept as they are.

    Examples
    --------
    >>> from segkit.quotas.codes import child_codes
    >>> design = QuotaDesign(completes=1000, qualification=child_codes())
    >>> design.with_quota("boys", child_codes("boy"), 400).with_quota("girls", child_codes("girl"), 600)
    <QuotaDesign: 1000 completes, 2 quotas of 400 + 600>
    """

    completes: int | None = None
    qualification: frozenset[int] | None = None
    quotas: tuple[Quota, ...] = ()
    survey_title: str | None = None
    survey_category_code: int | None = None
    survey_localization: str | None = None
    expected_ir: float | None = None
    expected_loi: float | None = None
    live_url: str | None = None
    test_url: str | None = None
    field_time: float | None = None
    offer_price: float | None = None
    qualification_unit: Unit | None = None
    criteria: tuple[Mapping[str, Any], ...] = ()
    others: Mapping[str, Any] = field(default_factory=dict)
    written: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        for name, value in checked({each.name: getattr(self, each.name) for each in fields(self)}).items():
            object.__setattr__(self, name, value)

    def __hash__(self) -> int:
        return hash((self.completes, self.qualification, self.quotas))

    def with_quota(
        self,
        quota_id: str,
        codes: Iterable[int] | int | None,
        count: int | None,
        unit: Unit = "years",
        criteria: Iterable[Mapping[str, Any]] | None = None,
    ) -> Self:
        """Return a design with one quota more, or with other codes and count of the quota that has this id.

        A quota that is there keeps its place, its unknown fields and the order in which it was read.

        Parameters
        ----------
        codes
            As `child_codes` returns them, or 167 for families without children; None where only `criteria` count.
        count
            How many completes; `with_count` changes nothing else.
        unit
            ``years``: 133 is any boy of one year. ``months``: 133 is a boy of twelve months.
        criteria
            Other criteria, as the vendor writes them; None keeps those that are there, ``()`` takes them away.
        """
        asked = codes_given(codes)
        if not any(quota.id == quota_id for quota in self.quotas):
            return replace(self, quotas=(*self.quotas, Quota(quota_id, asked, count, unit, tuple(criteria or ()))))
        told: dict[str, Any] = {"codes": asked, "count": count, "unit": unit}
        return self._edited(quota_id, **told if criteria is None else {**told, "criteria": tuple(criteria)})

    def with_count(self, quota_id: str, count: int | None) -> Self:
        """Return a design in which a quota wants another number of completes, as in ``design.with_count("boys", 500)``.

        Raises
        ------
        InvalidInput
            When there is no quota of this id.
        """
        return self._edited(quota_id, count=count)

    def _edited(self, quota_id: str, **changes: Any) -> Self:  # noqa: ANN401 - what a quota has
        self._named(quota_id)
        return replace(self, quotas=tuple(replace(q, **changes) if q.id == quota_id else q for q in self.quotas))

    def _named(self, quota_id: str) -> None:
        if all(quota.id != quota_id for quota in self.quotas):
            raise InvalidInput(f"there is no quota {quota_id!r}; there are {[quota.id for quota in self.quotas]}")

    def without_quota(self, quota_id: str) -> Self:
        """Return a design without the quota of this id.

        Raises
        ------
        InvalidInput
            When there is none.
        """
        self._named(quota_id)
        return replace(self, quotas=tuple(quota for quota in self.quotas if quota.id != quota_id))

    def replace(self, **changes: Any) -> Self:  # noqa: ANN401 - any of the parameters
        """Return a design with other values, as in ``design.replace(completes=500)``.

        Raises
        ------
        InvalidInput
            When there is no such parameter.
        """
        names = [each.name for each in fields(self) if each.name != "written"]
        if strange := sorted(set(changes) - set(names)):
            raise InvalidInput(f"a design has no {', '.join(strange)}; it has {', '.join(names)}")
        return replace(self, **changes)

    def payload(self) -> dict[str, Any]:
        """Return the document as the vendor writes it: codes as text, the unit on the quotas' criteria for children.

        What is None is left out, unless it was read so; a design that was read keeps its order and unknown fields.
        """
        before = self.written or {}
        asked = placed(listed(before.get("qualifications")), self.qualification, self.criteria, self.qualification_unit)
        parts: dict[str, list[Any]] = {"qualifications": asked, "quotas": [quota.payload() for quota in self.quotas]}
        known = {document_name: plain(getattr(self, name)) for name, document_name in TYPED.items()}
        known |= {name: part or (None if before.get(name) is None else []) for name, part in parts.items()}
        return filled(self.written, known, self.others)

    def onto(self, document: Mapping[str, Any]) -> Self:
        """Return the design to be written in the order of a document, with what the design does not say taken from there.

        Criteria other than 232 are taken from there where the design has none. One that was read from a document is returned
        as it is.

        Raises
        ------
        InvalidInput
            When the document cannot be read into a design.
        """
        if self.written is not None:
            return self
        there = type(self).from_document(document)
        quotas = {quota.id: quota for quota in there.quotas}
        told = {name: getattr(self, name) for name in TYPED}
        return replace(
            self,
            **{name: getattr(there, name) if value is None else value for name, value in told.items()},
            quotas=tuple(quota.onto(quotas.get(quota.id)) for quota in self.quotas),
            criteria=self.criteria or there.criteria,
            qualification_unit=self.qualification_unit or ("years" if there.qualification_unit else None),
            others={**there.others, **self.others},
            written=there.written,
        )

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Read a survey document, request or reply.

        Raises
        ------
        InvalidInput
            When a part of it that a design needs cannot be read; `lint` says everything that is wrong.
        """
        return cls(**parameters_of(document))

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        completes: int | None = None,
        onto: Self | None = None,
        **survey: Any,  # noqa: ANN401 - passed on
    ) -> Self:
        """Make a design of a frame with one row a cell; see `segkit.quotas.sheet.parse` for its columns.

        Parameters
        ----------
        completes
            How many completes; what shares are shares of.
        onto
            A design to lay the cells and counts onto; see `from_excel`.
        **survey
            Other parameters of a design, such as ``survey_title``.

        Raises
        ------
        InvalidInput
            With a finding for each row that cannot be used.

        Examples
        --------
        >>> import pandas as pd
        >>> cells = pd.DataFrame({"gender": ["boy", "girl"], "age": ["4-6", "4-6"], "share": [0.5, 0.5]})
        >>> QuotaDesign.from_frame(cells, completes=25).quotas[0].count
        shares turned into counts by largest remainder, 25 in all: boys 4-6 years 0.5 -> 13; girls 4-6 years 0.5 -> 12
        13
        """
        from segkit.quotas import overlay, sheet  # noqa: PLC0415 - pandas only when a frame is wanted

        if not isinstance(onto, QuotaDesign | None):
            raise InvalidInput(f"onto is {onto!r:.40}: give a design, such as read_survey(...).design")
        of = onto.completes if onto is not None and completes is None else completes
        told = sheet.parse(frame, of)
        if onto is None:
            return cls(of, **{**told.parameters, **survey})
        return onto.replace(
            **{"completes": of, **overlay.laid(told, onto.quotas, onto.qualification, onto.qualification_unit), **survey}
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a quota and cell (`segkit.frames.QUOTA_CELLS`); cells of the age x gender grid in no quota have 0.

        Other criteria and unknown fields are in no frame: ``from_frame(frame, onto=design)`` keeps them.
        """
        from segkit.quotas import sheet  # noqa: PLC0415 - pandas only when a frame is wanted

        return sheet.frame(self.qualification, self.qualification_unit, self.quotas)

    def to_excel(self, path: str | os.PathLike[str]) -> Findings:
        """Write the quota sheet: sheet ``quotas`` is `to_frame`, one row a cell; sheet ``survey`` the other fields.

        Needs ``segkit[excel]``.

        Returns
        -------
        What a sheet cannot hold (``not-in-sheet``): other criteria, unknown fields. Sheet ``left out`` says so too.
        """
        from segkit.quotas import overlay, sheet  # noqa: PLC0415 - openpyxl only when a file is wanted

        left_out = overlay.left_out(self.quotas, self.criteria, self.others)
        sheet.write_excel(path, self.to_frame(), {name: getattr(self, name) for name in TYPED}, left_out)
        return left_out

    @classmethod
    def from_excel(cls, path: str | os.PathLike[str], *, onto: Self | None = None) -> Self:
        """Read a quota sheet that `to_excel` wrote, edited or not.

        Sheet ``quotas`` has the columns of `segkit.quotas.sheet.parse`; sheet ``survey``, which may be missing, has the columns
        ``field`` and ``value``.

        Parameters
        ----------
        onto
            The design that the sheet was written from. Cells, counts and fields are the sheet's; other criteria, unknown fields
            and their order, and what the sheet leaves empty, are this design's; a quota without a row goes, which is printed.
            Without a design they are lost, and what sheet ``left out`` names is printed.
        """
        from segkit.quotas import overlay, sheet  # noqa: PLC0415 - openpyxl only when a file is wanted

        cells, told, left_out = sheet.read_excel(path, tuple(TYPED))
        if onto is not None:
            return cls.from_frame(cells, onto=onto, **overlay.told_anew(told, {name: getattr(onto, name) for name in TYPED}))
        overlay.tell(left_out)
        return cls.from_frame(cells, **told)

    def __repr__(self) -> str:
        return showing.line(self.completes, self.quotas)

    def _repr_html_(self) -> str:
        return showing.table(self.completes, self.qualification, self.qualification_unit, self.quotas)
