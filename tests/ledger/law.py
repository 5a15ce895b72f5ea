"""Laws: sentences that hold for whatever Hypothesis invents; the tests run them, the mutants must break them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import Phase, Verbosity, example, given, settings
from hypothesis.strategies import SearchStrategy

Statement = Callable[..., None]

_SURE: Final = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, print_blob=False, report_multiple_bugs=False
)
_BY_EXAMPLE: Final = settings(_SURE, phases=(Phase.explicit,), verbosity=Verbosity.quiet)


@dataclass(frozen=True)
class Law:
    """A sentence, the statement that asserts it, what is invented for it, and examples that are always tried."""

    sentence: str
    statement: Statement
    invented: dict[str, SearchStrategy[Any]]
    always: tuple[dict[str, Any], ...]

    def assert_holds(self) -> None:
        """Assert the law; a breach is shown in its smallest form."""
        self._run(_SURE)

    def assert_by_example(self) -> None:
        """Assert the law for the examples that are always tried, and for nothing that is left to chance."""
        self._run(_BY_EXAMPLE)

    def _run(self, how: settings) -> None:
        if not self.invented:
            self.statement()
            return
        test: Statement = given(**self.invented)(self.statement)
        for one in self.always:
            test = example(**one)(test)
        how(test)()


LAWS: Final[list[Law]] = []


def law(*always: dict[str, Any], **invented: SearchStrategy[Any]) -> Callable[[Statement], Law]:
    """Make a law of a statement; its name, with blanks, is the sentence."""

    def enact(statement: Statement) -> Law:
        sentence = statement.__name__.replace("_", " ")
        made = Law(sentence, statement, invented, always)
        LAWS.append(made)
        return made

    return enact
