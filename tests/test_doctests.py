"""The examples in the docstrings."""

import doctest
import importlib
import pkgutil

import pytest

import segkit

MODULES = [segkit.__name__, *(found.name for found in pkgutil.walk_packages(segkit.__path__, "segkit."))]
FINDER = doctest.DocTestFinder(exclude_empty=True)
EXAMPLES = {test.name: test for name in MODULES for test in FINDER.find(importlib.import_module(name)) if test.examples}


def test_there_are_examples() -> None:
    """The docstrings of the pure rooms hold examples, they are found, and none of them is skipped."""
    pure = [test for name, test in EXAMPLES.items() if name.split(".")[1] in {"provenance", "findings", "sel"}]
    assert len(pure) >= 5
    assert not any(doctest.SKIP in example.options for test in pure for example in test.examples)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_gives_what_it_shows(name: str) -> None:
    """An example in a docstring runs and prints what stands below it."""
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(EXAMPLES[name]).failed == 0
