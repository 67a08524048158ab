"""The laws of calculate_many: a respondent frame in, the same frame with segments out."""

from __future__ import annotations

import io
import itertools
import json
import sys
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from far_side import QUICK, nobody, taking_less_than
from members import expected_segment, members

import segkit as sk
from segkit import errors, frames
from segkit.transport.journal import Journal

ADDED = list(frames.CALCULATIONS)


@pytest.fixture
def ps() -> sk.PureSpectrum:
    """Return a client of a sandbox in this process, with quick waits."""
    return sk.PureSpectrum.sandbox().with_options(retries=QUICK)


@pytest.fixture
def tree(ps: sk.PureSpectrum) -> sk.Tree:
    """Return the tree 3910."""
    return ps.qualifications("en_US", 3910)[3910]


def many(ps: sk.PureSpectrum, frame: pd.DataFrame, tree: sk.Tree, **choices: Any) -> pd.DataFrame:
    """Calculate without a bar."""
    return ps.calculate_many(frame, tree=tree, **{"progress": False, **choices})


def asked(ps: sk.PureSpectrum) -> int:
    """Return how many calculations the sandbox was asked for."""
    return ps.double.calls.count_of("/calculate")


# The frame that comes back


@pytest.mark.parametrize(
    "index",
    [
        None,
        [5, 5, 5, 1, 1, 0, -3, 5, 5, 5, 9, 9],
        pd.MultiIndex.from_product([["a", "b"], range(6)], names=["wave", "n"]),
        pd.date_range("2026-01-01", periods=12),
        list("lkjihgfedcba"),
    ],
    ids=["range", "repeated", "multi", "dates", "letters"],
)
def test_rows_order_and_index_stay(ps: sk.PureSpectrum, tree: sk.Tree, index: Any) -> None:
    """The frame comes back row for row with its own index, its own columns first, and is itself unchanged."""
    frame = members(12).assign(extra=range(12)).sample(frac=1, random_state=7)
    frame.index = pd.RangeIndex(12) if index is None else pd.Index(index)
    before = frame.copy(deep=True)
    done = many(ps, frame, tree)
    pd.testing.assert_frame_equal(frame, before)
    assert frame.attrs == {}
    pd.testing.assert_frame_equal(done[list(frame.columns)], before)
    assert list(done.columns) == [*frame.columns, *ADDED]
    assert done["segment_id"].tolist() == [expected_segment(row) for _, row in frame.iterrows()]
    assert done["asked_as"].tolist() == frame["member_id"].tolist()


@pytest.mark.parametrize("rows", [0, 1, 6])
def test_the_added_columns_have_the_dtypes_of_the_table(ps: sk.PureSpectrum, tree: sk.Tree, rows: int) -> None:
    """Dtypes are those of frames.CALCULATIONS also without a row; the segment is ordered as the parent's answers are."""
    done = many(ps, members(rows), tree)
    table = {**frames.CALCULATIONS, "segment": tree.segments}
    assert {name: done[name].dtype for name in ADDED} == {name: pd.api.types.pandas_dtype(dtype) for name, dtype in table.items()}
    assert done["segment"].cat.categories.tolist() == ["Less Acculturated", "Bicultural", "More Acculturated"]
    assert done["segment"].cat.ordered
    assert len(done) == rows
    assert asked(ps) == rows


def test_segments_provenance_and_saving_are_told(ps: sk.PureSpectrum, tree: sk.Tree) -> None:
    """Each row says its segment by text and id, the word that it may bear, and that the vendor holds it."""
    done = many(ps, members(625), tree)
    assert (done["segment"].astype(str) == done["segment_id"].map(tree.segment_names)).all()
    assert done["segment_provenance"].tolist() == ["documented"] + ["synthetic"] * 624
    assert done["saved_at_vendor"].all()
    assert done["error"].isna().all()
    assert {(m.member_id, m.segment_id) for m in ps.double.members} == set(
        zip(done["member_id"], done["segment_id"], strict=True)
    )


def test_the_attributes_are_json_and_say_what_was_asked(ps: sk.PureSpectrum, tree: sk.Tree) -> None:
    """`attrs` can be written as JSON, so that the frame can be saved, and counts what was asked."""
    frame = members(5)
    frame.loc[2, "USQ1"] = 999
    told = json.loads(json.dumps(many(ps, frame, tree).attrs))["segkit"]
    assert {key: told[key] for key in ("parent_id", "locale", "per", "asked", "from_journal", "provenance")} == {
        "parent_id": 3910,
        "locale": "en_US",
        "per": "member",
        "asked": 4,
        "from_journal": 0,
        "provenance": "synthetic",
    }
    assert [finding["code"] for finding in told["findings"]] == ["unknown-answer"]
    assert told["vendor"] == repr(ps)


def test_eight_workers_find_what_one_finds(tree: sk.Tree) -> None:
    """The number of threads changes nothing in the frame."""
    one, eight = (many(sk.PureSpectrum.sandbox(), members(300), tree, workers=n) for n in (1, 8))
    pd.testing.assert_frame_equal(one, eight)
    assert one.attrs == eight.attrs


def test_its_own_output_may_be_handed_in_again(ps: sk.PureSpectrum, tree: sk.Tree) -> None:
    """The six columns are written anew where all are there; some of them alone would be somebody else's."""
    done = many(ps, members(4), tree)
    again = many(ps, done, tree)
    assert list(again.columns) == list(done.columns)
    assert again["segment_id"].tolist() == done["segment_id"].tolist()
    with pytest.raises(errors.InvalidInput, match="calculate_many writes"):
        many(ps, members(1).assign(segment="x"), tree)


def test_columns_may_have_other_names_and_texts_for_answers(ps: sk.PureSpectrum, tree: sk.Tree) -> None:
    """`columns` maps a survey's export; cells may be ids, texts, or numbers read as floats."""
    frame = pd.DataFrame({"member_id": ["a", "b"], "Q1": ["1 - 5", "0"], "USQ2": [111.0, 112.0], "3913": [111, 111], "USQ4": 111})
    done = many(ps, frame, tree, columns={"Q1": "USQ1"})
    assert done["segment_id"].tolist() == [111, 111]
    with pytest.raises(errors.InvalidInput, match="does not fit the tree"):
        many(ps, frame.drop(columns="USQ2"), tree, columns={"Q1": "USQ1"})


@pytest.mark.parametrize("workers", [0, 9, -1])
def test_the_number_of_workers_is_bounded(ps: sk.PureSpectrum, tree: sk.Tree, workers: int) -> None:
    """One to eight threads; anything else is refused and asks nothing."""
    with pytest.raises(errors.InvalidInput, match="give 1 to 8"):
        many(ps, members(2), tree, workers=workers)
    assert asked(ps) == 0


# Rows that fail


def test_failed_rows_carry_their_error_and_stop_nobody(ps: sk.PureSpectrum, tree: sk.Tree) -> None:
    """Unanswered, refused and failed rows say why, have no segment, and the rest is calculated."""
    frame = members(6).astype({"USQ1": "object", "USQ3": "object"})
    frame.loc[0, "USQ1"] = None
    frame.loc[1, ["USQ1", "USQ3"]] = [999, True]
    ps.double.faults.add("500", times=3)
    done = many(ps, frame, tree, workers=1)
    assert done["error"].isna().tolist() == [False, False, False, True, True, True]
    assert done["error"][0] == "USQ1 is unanswered"
    assert done["error"][1].startswith("USQ1: 999 is not an answer of USQ1; USQ3: True is not")
    assert "An unexpected server error occurred. (3 attempts) [HTTP 500]" in done["error"][2]
    failed = done.head(3)
    assert failed[["segment", "segment_id", "saved_at_vendor", "segment_provenance"]].isna().all(axis=None)
    assert done["asked_as"].isna().tolist() == [True, True, False, False, False, False]
    assert asked(ps) == 3 + 3


def test_a_frame_without_a_usable_row_asks_nothing(ps: sk.PureSpectrum, tree: sk.Tree) -> None:
    """When every row is refused, each says why, and no call is made."""
    done = many(ps, members(3).assign(USQ4=999), tree)
    assert done["error"].str.startswith("USQ4: 999 is not an answer").all()
    assert (asked(ps), done.attrs["segkit"]["asked"], done.attrs["segkit"]["provenance"]) == (0, 0, None)


@pytest.mark.parametrize("workers", [1, 8])
def test_a_refused_credential_stops_at_once(tree: sk.Tree, workers: int, tmp_path: Any) -> None:
    """401 is raised, no thread begins another call, and what was answered before is in the journal."""
    ps = sk.PureSpectrum.sandbox()
    seen, numbers = [], itertools.count(1)

    def app(environ: Any, start_response: Any) -> Any:
        seen.append(environ["PATH_INFO"])
        if next(numbers) > 20:  # each call has a number of its own, however the threads come
            environ["HTTP_X_ACCESS_TOKEN"] = "withdrawn"
        return ps.double.wsgi(environ, start_response)

    client = sk.PureSpectrum(ps._connection._auth._secret, base_url=ps.base_url, _app=app)
    client.double = ps.double
    with pytest.raises(errors.Unauthorized):
        many(client, members(500), tree, workers=workers, journal=tmp_path / "journal")
    assert 21 <= len(seen) <= 20 + workers
    with Journal(tmp_path / "journal") as kept:
        assert len(kept) == 20
    resumed = many(ps, members(30), tree, journal=tmp_path / "journal")
    assert (resumed.attrs["segkit"]["from_journal"], resumed.attrs["segkit"]["asked"]) == (20, 10)


def test_nobody_there_is_found_out_soon(tree: sk.Tree) -> None:
    """After three vain calls a worker the rest is not asked, and says so: no error is made up, nothing is raised."""
    client = sk.PureSpectrum("t-0000", base_url=nobody(), retries=sk.Retries(attempts=1))
    with taking_less_than(10):
        done = many(client, members(3000), tree, workers=2)
    words = done["error"].value_counts()
    left = words.pop("not asked: the vendor could not be reached")
    assert words.index.str.contains("no connection").all()
    assert left >= 3000 - 200
    assert done.attrs["segkit"]["asked"] == 3000 - left
    assert done["asked_as"].notna().sum() == 3000 - left


def test_a_segment_that_the_parent_lacks_is_a_finding_and_an_error(ps: sk.PureSpectrum, tree: sk.Tree) -> None:
    """An id that is not an answer of the parent is kept as a number, and never becomes a segment."""
    parent = msgspec.structs.replace(tree.parent, answers=tree.parent.answers[:1])
    older = sk.Tree(parent, tree.questions, locale=tree.locale)
    frame = pd.DataFrame({"member_id": ["a", "b"], "USQ1": [111, 115], "USQ2": 113, "USQ3": 112, "USQ4": 115}, index=[7, 8])
    done = many(ps, frame, older)
    assert done["segment_id"].tolist() == [112, 113]
    assert done["segment"].isna().all()
    assert done["error"].tolist() == [f"segment {n} of 3910 is not one of the parent's answers" for n in (112, 113)]
    found = done.attrs["segkit"]["findings"]
    assert [(f["code"], f["where"]) for f in found] == [("unknown-segment", f"row {n}, column 'segment'") for n in (7, 8)]


# Once a member


def test_a_member_is_asked_once(ps: sk.PureSpectrum, tree: sk.Tree) -> None:
    """A member who stands in several rows with the same answers costs one call, and every row has the segment."""
    frame = pd.concat([members(5)] * 3, ignore_index=True)
    done = many(ps, frame, tree)
    assert asked(ps) == 5
    assert done["segment_id"].tolist() == [expected_segment(row) for _, row in frame.iterrows()]


def test_a_member_with_two_answers_is_not_asked(ps: sk.PureSpectrum, tree: sk.Tree) -> None:
    """The same member in two ways is an error in both rows: the vendor would keep the later one unseen."""
    frame = members(4).assign(member_id=["a", "b", "a", "c"])
    done = many(ps, frame, tree)
    word = "this member stands in several rows with different answers"
    assert done["error"].tolist() == [word, pytest.approx(np.nan, nan_ok=True), word, pytest.approx(np.nan, nan_ok=True)]
    assert {m.member_id for m in ps.double.members} == {"b", "c"}


@pytest.mark.parametrize("blank", [None, "", "  ", np.nan, pd.NA])
def test_a_row_without_a_member_is_an_error(ps: sk.PureSpectrum, tree: sk.Tree, blank: Any) -> None:
    """An empty id is never sent."""
    frame = members(3).astype({"member_id": "object"})
    frame.loc[1, "member_id"] = blank
    done = many(ps, frame, tree)
    assert done["error"].tolist()[1] == "member_id is empty"
    assert {m.member_id for m in ps.double.members} == {"m-0", "m-2"}


@pytest.mark.parametrize(
    "ids",
    [
        [1.0, 2.0],
        [1.0, None],
        pd.Series([1.0, 2.0], dtype="object"),
        pd.Series([1, 2.0], dtype="object"),
        pd.Series([1, None], dtype="Float64"),
    ],
    ids=["floats", "floats and a hole", "objects", "objects and a number", "Float64"],
)
def test_ids_read_as_decimals_are_refused(ps: sk.PureSpectrum, tree: sk.Tree, ids: Any) -> None:
    """`1.0` is nobody's id: the frame is refused with the remedy, before anything is sent."""
    with pytest.raises(errors.InvalidInput, match="read it as text"):
        many(ps, members(2).assign(member_id=ids), tree)
    assert asked(ps) == 0


@pytest.mark.parametrize("ids", [[1, 2], ["00012", "0x"], pd.Series([7, 8], dtype="Int64"), pd.Categorical(["u", "v"])])
def test_ids_are_sent_as_they_are_written(ps: sk.PureSpectrum, tree: sk.Tree, ids: Any) -> None:
    """Whole numbers become their digits, texts keep their zeros; eight workers keep no order among themselves."""
    many(ps, members(2).assign(member_id=ids), tree)
    assert sorted(m.member_id for m in ps.double.members) == sorted(str(each) for each in ids)


def test_members_need_one_column(ps: sk.PureSpectrum, tree: sk.Tree) -> None:
    """per="member" without that column, with it twice, or another word for per is refused."""
    with pytest.raises(errors.InvalidInput, match="needs a column"):
        many(ps, members(2).drop(columns="member_id"), tree, per="member")
    with pytest.raises(errors.InvalidInput, match="several columns"):
        many(ps, pd.concat([members(2), members(2)["member_id"]], axis=1), tree)
    with pytest.raises(errors.InvalidInput, match='give "member" or "profile"'):
        many(ps, members(2), tree, per="respondent")


def test_the_members_column_may_have_another_name(ps: sk.PureSpectrum, tree: sk.Tree) -> None:
    """`columns` maps the members as it maps the questions; the frame keeps its own names."""
    frame = members(3).rename(columns={"member_id": "respid", "USQ1": "Q1"})
    done = many(ps, frame, tree, columns={"respid": "member_id", "Q1": "USQ1"})
    assert done.attrs["segkit"]["per"] == "member"
    assert done["asked_as"].tolist() == ["m-0", "m-1", "m-2"]
    assert list(done.columns) == [*frame.columns, *ADDED]
    assert {m.member_id for m in ps.double.members} == {"m-0", "m-1", "m-2"}
    with pytest.raises(errors.InvalidInput, match=r'dtype=\{"respid": "str"\}'):
        many(ps, members(2).drop(columns="member_id").assign(respid=[1.0, 2.0]), tree, columns={"respid": "member_id"})


@pytest.mark.parametrize(
    ("columns", "complaint"),
    [
        ({"respid": "memberid"}, r"columns\['respid'\] is neither 'member_id' nor a question: there is no question 'memberid'"),
        ({"Q1": "USQ9"}, r"columns\['Q1'\] is neither"),
        ({"resp": "member_id"}, "the frame has no column 'resp'"),
        ({"USQ1": "member_id"}, "several columns 'member_id'"),
        ([("respid", "member_id")], "columns is list: give a mapping"),
        ("member_id", "columns is str: give a mapping"),
    ],
)
def test_columns_that_lead_nowhere_are_refused(ps: sk.PureSpectrum, tree: sk.Tree, columns: Any, complaint: str) -> None:
    """A target that is neither a question nor the members, and a column that is not there, are named; nothing is asked."""
    with pytest.raises(errors.InvalidInput, match=complaint):
        many(ps, members(2), tree, columns=columns)
    assert asked(ps) == 0


@pytest.mark.parametrize("name", ["Member_ID", "memberId", "member id", "MEMBER-ID", "memberid"])
def test_a_column_that_is_nearly_the_members_is_not_passed_over(ps: sk.PureSpectrum, tree: sk.Tree, name: str) -> None:
    """Asking per profile because of a letter would save nobody: the frame is refused with both remedies, which work."""
    frame = members(2).rename(columns={"member_id": name})
    with pytest.raises(errors.InvalidInput, match=rf"but '{name}': give columns=.*or per=\"profile\""):
        many(ps, frame, tree)
    assert asked(ps) == 0
    assert many(ps, frame, tree, columns={name: "member_id"})["asked_as"].tolist() == ["m-0", "m-1"]
    assert many(ps, frame, tree, per="profile").attrs["segkit"]["per"] == "profile"


@pytest.mark.parametrize(
    ("choices", "complaint"),
    [
        ({"locale": "en_IN"}, "the tree is en_US, locale is en_IN"),
        ({"locale": "en-US"}, "write it with an underscore, 'en_US'"),
        ({"locale": ""}, 'give language and country, such as "en_US"'),
        ({"locale": 7}, "locale is 7"),
        ({"workers": "2"}, "workers is '2': give 1 to 8"),
        ({"workers": 2.0}, "workers is 2.0: give 1 to 8"),
        ({"tree": 3910}, r"tree is int: give one of the trees .*trees\[3910\]"),
        ({"frame": [{"USQ1": 111}]}, "frame is list: give a DataFrame"),
    ],
    ids=str,
)
def test_choices_of_the_wrong_kind_are_refused(
    ps: sk.PureSpectrum, tree: sk.Tree, choices: dict[str, Any], complaint: str
) -> None:
    """What contradicts the tree or is of another type is InvalidInput with its fix, before anything is asked."""
    with pytest.raises(errors.InvalidInput, match=complaint):
        ps.calculate_many(**{"frame": members(2), "tree": tree, "progress": False, **choices})
    with pytest.raises(errors.InvalidInput, match=r"tree is Qualifications: give one of its trees, as in trees\[3910\]"):
        many(ps, members(2), ps.qualifications("en_US", 3910))
    assert asked(ps) == 0


# Once a profile


def test_a_profile_is_asked_once_under_an_id_of_ours(ps: sk.PureSpectrum, tree: sk.Tree) -> None:
    """Equal answers cost one call, under an id that says whose it is; the members are not saved, and the frame says so."""
    frame = members(200, profiles=10)
    done = many(ps, frame, tree, per="profile")
    assert asked(ps) == 10
    assert done["asked_as"].str.fullmatch(r"segkit-[0-9a-f]{16}").all()
    assert (done["asked_as"].nunique(), done["saved_at_vendor"].any()) == (10, False)
    assert done["segment_id"].tolist() == [expected_segment(row) for _, row in frame.iterrows()]
    assert {m.member_id for m in ps.double.members} == set(done["asked_as"])


def test_without_members_a_profile_is_asked(ps: sk.PureSpectrum, tree: sk.Tree) -> None:
    """The default is per="profile" where there is no member_id, and the ids are the same on every run and in every order."""
    frame = members(20, profiles=7).drop(columns="member_id")
    done = many(ps, frame, tree)
    assert done.attrs["segkit"]["per"] == "profile"
    reverse = many(sk.PureSpectrum.sandbox(), frame.iloc[::-1].astype("float"), tree).iloc[::-1]
    assert done["asked_as"].tolist() == reverse["asked_as"].tolist()
    assert done["asked_as"][0] == "segkit-d5f9e7340bcecb24"


def test_a_hundred_thousand_respondents_of_400_profiles_cost_400_calls(ps: sk.PureSpectrum, tree: sk.Tree) -> None:
    """The calls are as many as there are distinct profiles, and the rest is quick."""
    frame = members(100_000, profiles=400).drop(columns="member_id")
    with taking_less_than(30):
        done = many(ps, frame, tree)
    assert (asked(ps), done.attrs["segkit"]["asked"]) == (400, 400)
    assert done["error"].isna().all()
    points = (frame - 111).sum(axis=1)
    assert (done["segment_id"] == np.select([points >= 11, points >= 6], [113, 112], 111)).all()


def test_profiles_are_not_saved_in_production_by_accident(tree: sk.Tree) -> None:
    """Ids of nobody go to a live vendor only with allow_production=True; per member it is the user's own data."""
    live = sk.PureSpectrum("t-0000", base_url="https://vendor.invalid/v2", retries=sk.Retries(attempts=1))
    with pytest.raises(errors.NotAllowed, match="allow_production=True"):
        many(live, members(1), tree, per="profile")
    sandbox = sk.PureSpectrum.sandbox()
    as_live = sk.PureSpectrum(
        sandbox._connection._auth._secret, base_url="https://vendor.invalid/suppliers/v2", _app=sandbox.double.wsgi
    )
    assert as_live.live
    many(as_live, members(2, profiles=1), tree, per="profile", allow_production=True)
    many(as_live, members(2), tree)
    assert asked(sandbox) == 1 + 2


# What is shown


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_is_left_in_a_terminal_and_nothing_in_a_pipe(
    ps: sk.PureSpectrum, tree: sk.Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With progress a terminal keeps one line at the end; a pipe, or progress=False, shows nothing at all."""
    for screen, progress in ((_Terminal(), True), (_Terminal(), False), (io.StringIO(), True)):
        monkeypatch.setattr(sys, "stderr", screen)
        ps.double.faults.add("500", times=3)
        ps.calculate_many(members(4), tree=tree, progress=progress, workers=1)
        shown = screen.getvalue()
        if progress and screen.isatty():
            assert "calculate_many:   0%" in shown
            assert shown.rpartition("\r")[2] == "calculate_many: 4 asked, 0 from the journal, 1 failed\n"
        else:
            assert shown == ""
