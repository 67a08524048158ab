"""The locale and the tree that a call is made with, checked before anything is sent."""

from __future__ import annotations

from typing import Any

from segkit.errors import InvalidInput
from segkit.sel.qualifications import Qualifications
from segkit.sel.tree import Tree


def check_locale(locale: Any, known: str | None = None) -> None:  # noqa: ANN401 - whatever a user may hand in
    """Refuse what is no locale, or another one than that of the tree.

    Parameters
    ----------
    known
        The locale that the tree was fetched for, None where nobody knows.

    Raises
    ------
    InvalidInput
        With the fix.
    """
    if not isinstance(locale, str) or not locale.strip():
        raise InvalidInput(f'locale is {locale!r}: give language and country, such as "en_US"')
    spelled = locale.replace("-", "_")
    if known and spelled != known:
        raise InvalidInput(
            f"the tree is {known}, locale is {locale}: give locale={known!r}, or a tree that was fetched for {locale}"
        )
    if spelled != locale:
        raise InvalidInput(f"locale is {locale!r}: write it with an underscore, {spelled!r}")


def check_tree(tree: Any) -> None:  # noqa: ANN401 - whatever a user may hand in
    """Refuse what is no tree.

    Raises
    ------
    InvalidInput
        With the fix.
    """
    if isinstance(tree, Tree):
        return
    fix = f"give one of its trees, as in trees[{next(iter(tree), 3910)}]" if isinstance(tree, Qualifications) else ""
    raise InvalidInput(
        f"tree is {type(tree).__name__}: {fix or 'give one of the trees that qualifications() returns, trees[3910]'}"
    )
