"""What a simulator may draw from: standards, populations, learned rules, trees whose rule has to be asked for."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from segkit.errors import InvalidInput
from segkit.sel.learned import LearnedRule
from segkit.sel.learning import learn_rule
from segkit.sel.population import Population
from segkit.sel.published import published_shares
from segkit.sel.standards import Standard, standards
from segkit.sel.tree import Tree
from segkit.widgets.simulator_view import default_name

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    Source = Standard | Population | LearnedRule | Tree
    Calculate = Callable[..., pd.DataFrame]

_GIVE = "give a standard, a population, a learned rule or a tree"


@dataclass(frozen=True)
class Choice:
    """One source by its name.

    Attributes
    ----------
    population
        Makes its population; None for a tree whose rule is not known yet.
    tree
        The tree to ask for.
    code
        The Python that makes its population, where it can be told.
    """

    name: str
    population: Callable[[], Population] | None
    tree: Tree | None = None
    code: str = ""

    def learned(self, calculate: Calculate) -> Choice:
        """Ask for every profile of the tree, and return the choice with what was learned."""
        if self.tree is None:
            return self
        learned = learn_rule(functools.partial(calculate, tree=self.tree, progress=False), self.tree)
        return Choice(self.name, lambda: of_rule(learned), self.tree)


def choices(sources: Source | Iterable[Source] | Mapping[str, Source] | None) -> list[Choice]:
    """Return the choices; every shipped standard where nothing is given.

    Raises
    ------
    InvalidInput
        When there is none, or something else among them.
    """
    if sources is None:
        sources = standards()
    if isinstance(sources, Standard | Population | LearnedRule | Tree):
        sources = [sources]
    if not isinstance(sources, Iterable):
        raise InvalidInput(f"{type(sources).__name__} is nothing to draw from: {_GIVE}")
    named: Any = sources.items() if isinstance(sources, Mapping) else ((None, one) for one in sources)
    made = [_choice(name, source) for name, source in named]
    if not made:
        raise InvalidInput(f"there is nothing to draw from: {_GIVE}")
    names = [choice.name for choice in made]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InvalidInput(f"several are called {', '.join(twice)}: give a mapping of names to them")
    return made


def _choice(name: object, source: object) -> Choice:
    if name is not None and (not isinstance(name, str) or not name.strip()):
        raise InvalidInput(f"{name!r:.40} is no name: call each source by a text")
    if isinstance(source, Standard):
        own = source
        return Choice(name or default_name(own), lambda: of_standard(own), code=_code(own))
    if isinstance(source, Population):
        population = source
        called = default_name(source.standard) if isinstance(source.standard, Standard) else "population"
        return Choice(name or f"{called}, as given", lambda: population)
    if isinstance(source, LearnedRule):
        learned = source
        return Choice(name or f"tree {learned.tree.parent_id}, learned", lambda: of_rule(learned))
    if isinstance(source, Tree):
        return Choice(name or f"tree {source.parent_id}", None, source)
    raise InvalidInput(f"{type(source).__name__} is nothing to draw from: {_GIVE}")


def of_standard(standard: Standard) -> Population:
    """Return the population of the published shares, or the uniform law where none are shipped."""
    return Population.default(standard) if _is_published(standard) else Population.fit(standard)


def _code(own: Standard) -> str:
    """Return the Python that makes a shipped standard's population; of another standard nobody can tell it."""
    if msgspec.structs.replace(own, asked_as=None) not in standards():
        return ""
    how = "default" if _is_published(own) else "fit"
    return f'standard = sk.standard("{own.id}", {own.asked_as or own.edition})\npopulation = sk.Population.{how}(standard)'


def _is_published(standard: Standard) -> bool:
    shares = published_shares()
    return bool(((shares["standard"] == standard.id) & (shares["edition"] == standard.edition)).any())


def of_rule(learned: LearnedRule) -> Population:
    """Return the uniform law over the answers of a learned rule: nothing is known of its respondents."""
    return Population.fit(learned.rule)
