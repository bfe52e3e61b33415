from __future__ import annotations

import pytest

from waypost.facts.codeowners import parse_codeowners

TEXT = """\
# Who approves what.
*.yaml          @everyone
/catalog/       @platform @board
catalog/pay/*   @pay
**/secret.yaml
docs            @writers   # the folder
[Section]
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        pytest.param("a/b/c.yaml", ("@everyone",), id="by suffix, anywhere"),
        pytest.param("catalog/x/y.md", ("@platform", "@board"), id="below a folder"),
        pytest.param("catalog/pay/x.yaml", ("@pay",), id="the last line counts"),
        pytest.param("catalog/pay/deep/x.md", ("@platform", "@board"), id="a star stays in its folder"),
        pytest.param("x/secret.yaml", (), id="a line without owners"),
        pytest.param("x/docs/y.txt", ("@writers",), id="a name may be a folder anywhere"),
        pytest.param("other.txt", (), id="no line"),
    ],
)
def test_the_last_line_that_fits_says_who_owns_a_file(path: str, owners: tuple[str, ...]) -> None:
    assert parse_codeowners(TEXT).owners(path) == owners
