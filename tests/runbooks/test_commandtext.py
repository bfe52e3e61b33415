from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.runbooks.commandtext import placeholders, syntax_faults, used_variables


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


def test_blocks_that_do_not_parse_are_found_each_by_itself() -> None:
    found = syntax_faults(["echo a", "if true; then", "echo b", "echo $(c"])

    assert sorted(found) == [1, 3]


def test_nothing_is_run(tmp_path: object) -> None:
    assert syntax_faults([f"touch {tmp_path}/made"]) == {}
    assert syntax_faults([]) == {}


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    used_variables(text)
    placeholders(text)
