"""Trees made for a test."""

from segkit.sel.question import Answer, Question
from segkit.sel.tree import Tree

SEGMENTS = ("high", "middle", "low")


def made_tree(sizes: list[int], *, kinds: list[str] | None = None) -> Tree:
    """Return a tree of single punches (or of other kinds) with so many answers each."""
    questions = []
    for place, size in enumerate(sizes):
        kind = (kinds or ["singlepunch"] * len(sizes))[place]
        answers = () if kind == "input" else tuple(Answer(111 + code, f"answer {code}") for code in range(size))
        placeholder = f"0-{size - 1}" if kind == "input" else None
        questions.append(Question(10 + place, kind, description=f"Q{place + 1}", placeholder=placeholder, answers=answers))
    parent = Question(1, "singlepunch", answers=tuple(Answer(111 + n, name) for n, name in enumerate(SEGMENTS)))
    return Tree(parent, tuple(questions))
