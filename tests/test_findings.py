"""The laws of findings, and of the errors that carry them."""

import dataclasses
import pickle

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import errors, frames
from segkit.credentials import REDACTED, Secret
from segkit.findings import SIGNS, Finding, Findings

ONE = Finding("only-one-answer", "error", "USQ1 (3911)", "Only one answer is allowed for qualification 3911.", "Keep one.")
TWO = Finding("json-repaired", "info", "line 3, column 1", "a comment was left out")
THREE = Finding("wrong-parent", "warning", '$[0]["7"].segmentation', "a parent names a parent")

FINDINGS = st.lists(st.builds(Finding, st.text(), st.sampled_from(list(SIGNS)), st.text(), st.text(), st.text()), max_size=5).map(
    Findings
)


def test_a_finding_says_all_that_it_knows_in_one_line() -> None:
    """A finding reads severity, code, place, message, and the fix where there is one."""
    said = "error only-one-answer at USQ1 (3911): Only one answer is allowed for qualification 3911. Fix: Keep one."
    assert str(ONE) == said
    assert str(dataclasses.replace(ONE, message="Only one")).endswith(": Only one. Fix: Keep one.")
    assert str(TWO) == "info json-repaired at line 3, column 1: a comment was left out"


def test_a_finding_cannot_be_changed() -> None:
    """A finding that was reported stays as it was reported."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        ONE.message = "nothing"


def test_findings_keep_the_order_in_which_they_were_found() -> None:
    """Iteration, places and addition follow the order of finding."""
    found = Findings([TWO, ONE]) + Findings([THREE])
    assert list(found) == [TWO, ONE, THREE]
    assert (found[0], found[2], len(found)) == (TWO, THREE, 3)


def test_only_errors_make_findings_not_ok() -> None:
    """Warnings and infos are no failure; one error is."""
    assert Findings().ok
    assert Findings([TWO, THREE]).ok
    assert not Findings([TWO, ONE]).ok
    assert list(Findings([TWO, ONE, THREE]).errors) == [ONE]
    assert Findings([TWO, ONE, ONE]).codes == {"json-repaired", "only-one-answer"}


@given(FINDINGS, FINDINGS)
def test_findings_are_equal_when_what_they_hold_is(some: Findings, others: Findings) -> None:
    """Equality and hash follow the findings held, whatever made them."""
    again = Findings(list(some))
    assert again == some
    assert hash(again) == hash(some)
    assert (some == others) == (list(some) == list(others))
    assert some + others == Findings([*some, *others])
    assert some != list(some)


@given(FINDINGS)
def test_a_frame_of_findings_has_one_row_each(found: Findings) -> None:
    """The frame has the findings row by row, all columns str, also when there are none."""
    frame = found.to_frame()
    assert list(frame.columns) == ["code", "severity", "where", "message", "fix"]
    assert all(isinstance(dtype, pd.StringDtype) for dtype in frame.dtypes)
    assert list(frame.itertuples(index=False, name=None)) == [dataclasses.astuple(finding) for finding in found]
    assert list(frames.FINDINGS) == list(frame.columns)


def test_findings_count_themselves_by_severity() -> None:
    """The repr counts errors, warnings and infos; no findings say so."""
    assert repr(Findings([TWO, ONE, THREE, TWO])) == "<Findings: 1 error, 1 warning, 2 info>"
    assert repr(Findings()) == "<Findings: none>"
    assert str(Findings()) == "nothing found"
    assert str(Findings([ONE, TWO])) == f"{ONE}\n{TWO}"


def test_severity_is_shown_by_a_sign_and_a_word_not_by_colour() -> None:
    """Each severity is told apart by its sign and its word in the HTML."""
    html = Findings([ONE, TWO, THREE])._repr_html_()
    assert all(sign in html for sign in SIGNS.values())
    assert len(set(SIGNS.values())) == 3
    assert "✓ Nothing found." in Findings()._repr_html_()


def test_invalid_input_says_every_finding() -> None:
    """The error's text has its message and each finding on its own line, and the findings stay data."""
    error = errors.InvalidInput("the answers cannot be used", [ONE, TWO])
    assert str(error) == f"the answers cannot be used\n{ONE}\n{TWO}"
    assert error.findings == Findings([ONE, TWO])


def every_error() -> list[errors.SegkitError]:
    """Return one error of each kind, with all that it can hold."""
    call = {"method": "GET", "url": "http://user:pass@localhost/x?y=1", "attempts": 3}
    answered = {**call, "status": 400, "body": b'{"msg": "no"}'}
    return [
        errors.MissingCredential("no token"),
        errors.InvalidInput("not usable", [ONE]),
        errors.NotShared("not shared", [TWO]),
        errors.NotAllowed("not against production"),
        errors.NotebookFailed("a.ipynb", cell=3, source="1/0", reason="ZeroDivisionError"),
        errors.Unreachable("no connection", **call),
        errors.TimedOut("no answer", **call),
        *(
            kind("no", **answered)
            for kind in (errors.Unauthorized, errors.Forbidden, errors.NotFound, errors.Conflict, errors.VendorDown)
        ),
        errors.Rejected("no", vendor_code=9999, vendor_message="Missing required parameters.", **answered),
        errors.RateLimited("slower", retry_after=1.5, **answered),
        errors.UnexpectedAnswer("not JSON", path='$[0]["7"]', cut_off=True, **answered),
    ]


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_every_error_survives_a_pickle(error: errors.SegkitError) -> None:
    """An error that crosses a process says there what it said here, word for word and field for field."""
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(twin) is type(error)
    assert str(twin) == str(error)
    assert vars(twin) == vars(error)


def test_every_error_of_the_tree_is_tried_here() -> None:
    """No error class is left without its test, and each is drawn in the module's docstring."""

    def leaves(kind: type) -> set[str]:
        below = set().union(*map(leaves, kind.__subclasses__()))
        return below | {kind.__name__} if not below or kind is errors.InvalidInput else below

    assert leaves(errors.SegkitError) == {type(error).__name__ for error in every_error()}
    assert all(f"{name} " in str(errors.__doc__) for name in leaves(errors.SegkitError))


def test_an_error_shows_no_user_and_no_password_of_a_url() -> None:
    """What stands before the @ of a URL is dropped; a URL that cannot be taken apart is dropped whole."""
    assert errors.Unreachable("no", method="GET", url="http://user:pass@localhost/x").url == "http://localhost/x"
    assert errors.Unreachable("no", method="GET", url="http://user:pass@[bad/x").url == ""


def test_no_text_of_an_error_shows_a_credential() -> None:
    """A known credential is taken out of message, findings, path, body and vendor's words."""
    token = Secret("canary-4711", "SEGKIT_PURESPECTRUM_TOKEN")
    finding = Finding("code", "error", "at canary-4711", "canary-4711 is refused", "drop canary-4711")
    for error in (
        errors.InvalidInput("canary-4711", [finding]),
        errors.UnexpectedAnswer("canary-4711", path='$["canary-4711"]', body=b"canary-4711", url="http://localhost/canary-4711"),
        errors.Rejected("no", vendor_message="canary-4711", body="canary-4711"),
        errors.NotebookFailed("a.ipynb", cell=1, source="canary-4711", reason="canary-4711"),
    ):
        said = f"{error}{error!r}{vars(error)}{list(getattr(error, 'findings', ()))}"
        assert token.reveal() not in said
        assert REDACTED in said
