from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.documents.snippets.shelltext import placeholders
from waypost.runbooks.commandtext import used_variables


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param('ssh "$NODE" uptime', {"NODE"}, id="in double quotes"),
        pytest.param("echo ${NODE:-none}", {"NODE"}, id="with a default"),
        pytest.param("awk '{print $NF}'", set(), id="in single quotes"),
        pytest.param("psql -c \"select '$SLOT'\"", {"SLOT"}, id="single quotes in double quotes"),
        pytest.param("echo \\$NODE", set(), id="escaped"),
        pytest.param("NODE=n1\necho $NODE", set(), id="set before"),
        pytest.param("for POD in a b; do echo $POD; done", set(), id="of a loop"),
        pytest.param("read -r NAME\necho $NAME", set(), id="read"),
        pytest.param("echo $HOME $pod", set(), id="the shell's own, and small letters"),
        pytest.param("cat <<EOF\nit's $NODE\nEOF", {"NODE"}, id="a here-document"),
        pytest.param("cat <<'EOF'\n$NODE\nEOF", set(), id="a quoted here-document"),
        pytest.param("ls # of $NODE", set(), id="a comment"),
    ],
)
def test_a_command_takes_variables_from_outside(text: str, names: set[str]) -> None:
    assert used_variables(text) == names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kubectl logs <pod>", [(0, "<pod>")]),
        ("a\nkubectl logs <pod name>", [(1, "<pod name>")]),
        ("sort <in >out", []),
        ("cat <<EOF >x\nb\nEOF", []),
        ("grep '<title>' page", []),
        ("mail <ada@example.org>", []),
        ("ls # <pod>", []),
    ],
)
def test_a_placeholder_is_no_redirection(text: str, found: list[tuple[int, str]]) -> None:
    assert placeholders(text) == found


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    used_variables(text)
    placeholders(text)
