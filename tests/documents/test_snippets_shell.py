from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.documents.snippets.plainshell import is_plain
from waypost.documents.snippets.shell import Shells
from waypost.documents.snippets.shelltext import commands_in

SHELLS = Shells.find()
PIECES = (
    *(
        "ls",
        "kubectl",
        "get",
        "-n",
        "$X",
        '"$X"',
        "'a b'",
        "|",
        "||",
        "&&",
        ";",
        "\n",
        "> f",
        "2>&1",
        "2>/dev/null",
    ),
    *(
        '>> "$f"',
        "$(",
        ")",
        '"',
        "X=1",
        "X=",
        "=",
        "==",
        "+=",
        "export",
        "export A=b",
        "{}",
        "[a]",
        "[",
        "]",
        "{",
        "}",
    ),
    *(
        "*",
        "# c",
        "#c",
        "\\\n",
        "\\;",
        "\\ ",
        "sudo",
        "./x",
        "x/",
        "~/y",
        "-exec",
        "if",
        "done",
        "time",
        "!",
        "${X}",
    ),
    *(
        "$1",
        "$12",
        "$?",
        "$@",
        "a=b",
        "cd",
        "'x'",
        '"a $(date) b"',
        "\"$(get -o '{.items[0]}')\"",
        "&",
        "<",
        "<<<",
    ),
    *(
        "$((1))",
        "`",
        "%",
        "-",
        "--",
        "^",
        ":",
        "rm",
        "-rf",
        "find",
        ".",
        "test",
        "cp",
        "$X/a",
        "${X}_a",
        "local",
    ),
)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param("ls\nif true", 2, "SC1050", id="an if without then"),
        pytest.param("echo $(ls", 1, "SC", id="a substitution that is not closed"),
        pytest.param("echo 'a\nb", 1, "single quoted string", id="a quote that is not closed"),
        pytest.param("cat <<EOF\nx", 1, "SC1044", id="a here-document that is not ended"),
        pytest.param("ls |", 1, "SC1072", id="a pipe into nothing"),
        pytest.param("a && && b", 1, "SC1072", id="two operators"),
        pytest.param("f() {\n  run $@\n}", 2, "SC2068", id="arguments that fall apart"),
        pytest.param("ls\nlocal x=1", 2, "SC2168", id="local outside of a function"),
        pytest.param("ls\ncp file", 2, "SC2225", id="a copy without a destination"),
        pytest.param("x = 1", 1, "SC2283", id="blanks around an assignment"),
    ],
)
def test_a_shell_cannot_run_it(text: str, line: int, message: str) -> None:
    ((fault,),) = SHELLS.judge([text])

    assert fault[0] == line
    assert message in str(fault[2])


@pytest.mark.parametrize(
    "text",
    [
        "ls",
        "",
        "# nothing but a remark",
        'for pod in $(kubectl get pods -o name); do\n  kubectl logs "$pod"\ndone',
        "cat <<EOF | kubectl apply -f -\nit's\nEOF",
        'if [ -n "$NODE" ]; then\n  ls\nfi',
        "ls \\\n  -l",
        "\n\n#!/usr/bin/env bash\nls",
        "#!/bin/zsh\nls",
        "source ./no-such-file",
        "echo $NODE $node",
    ],
)
def test_a_shell_can_run_it(text: str) -> None:
    assert SHELLS.judge([text]) == [[]]


def test_blocks_are_judged_each_by_itself_however_many() -> None:
    good = [f'for n in {number}; do\n  echo "$n" > f\ndone' for number in range(300)]
    bad = {7: "if true; then", 8: "fi", 150: "echo 'it", 151: "n't", 299: "cat <<X"}
    texts = [bad.get(number, text) for number, text in enumerate(good)]

    judged = SHELLS.judge(texts)

    assert {number for number, verdict in enumerate(judged) if verdict} == set(bad)


@pytest.mark.parametrize(
    "shells", [Shells(SHELLS.bash, ""), Shells("", SHELLS.shellcheck)], ids=["bash", "ShellCheck"]
)
def test_one_of_the_programs_is_enough(shells: Shells) -> None:
    texts = ["if true", "while true; do\n ls\ndone", "fi", "echo 'a"]

    assert [bool(verdict) for verdict in shells.judge(texts)] == [True, False, True, True]


def test_without_any_program_nothing_is_found() -> None:
    assert Shells("", "").judge(["if true"]) == [[]]


def test_bash_tells_the_line() -> None:
    ((fault,),) = Shells(SHELLS.bash, "").judge(["ls\n\n(ls\n"])

    assert fault[0] == 4
    assert "syntax error" in str(fault[2])


def test_nothing_of_a_block_is_run(tmp_path: Path) -> None:
    made = tmp_path / "made"
    texts = [
        f"touch {made}",
        f"$(touch {made})",
        f"true; }}; touch {made}; {{ :",
        f"source {made}.sh",
        f"`touch {made}`",
    ]

    SHELLS.judge(texts)

    assert not made.exists()


def test_what_counts_as_plain_has_no_fault() -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same each time
    found: set[str] = set()
    while len(found) < 600:
        pieces = chance.choices(PIECES, k=chance.randint(2, 9))
        text = "".join(piece + chance.choice([" ", " ", ""]) for piece in pieces)
        found |= {text} if is_plain(text) else set()
    texts = sorted(found)

    assert {text: fault for text, fault in SHELLS._check(texts).items() if fault} == {}
    assert SHELLS._parse(texts, in_one=True) == {}


@pytest.mark.parametrize(
    "text",
    [
        "kubectl -n \"$NAMESPACE\" get pods -o jsonpath='{.items[*].metadata.name}' | sort",
        'NODE="$(kubectl get nodes -o name | head -1)"\nssh "$NODE" uptime',
        "curl -fsS https://example.org/x > out.json && jq . out.json",
    ],
)
def test_usual_commands_are_plain(text: str) -> None:
    assert is_plain(text)


@pytest.mark.parametrize(
    ("language", "text", "commands"),
    [
        pytest.param("sh", "ls -l\nps", "ls -l\nps", id="commands"),
        pytest.param("console", "$ ls (\nfile (1)\n$ ps", "  ls (\n\n  ps", id="a session"),
        pytest.param("sh", "$ ls\nfile (1)", "  ls\n", id="a session in another dress"),
        pytest.param(
            "console",
            "[root@n1 ~]# ls\na@b:~/x$ ps\nsh-4.4# id",
            " " * 13 + "ls\n" + " " * 9 + "ps\n" + " " * 8 + "id",
            id="prompts",
        ),
        pytest.param("console", "# ls\nx (", "  ls\n", id="the prompt of root"),
        pytest.param("console", "no prompt (", "", id="nothing but answers"),
        pytest.param("console", "$ ls \\\n> -l\nout (", "  ls \\\n  -l\n", id="a command that goes on"),
        pytest.param(
            "console", "$ cat <<E\nit's (\nE\nout (", "  cat <<E\nit's (\nE\n", id="a here-document"
        ),
        pytest.param("console", "$ echo 'a\nb)'\nout (", "  echo 'a\nb)'\n", id="a quotation"),
        pytest.param("shell", "> role\n1) (x", "  role\n", id="another program's prompt"),
        pytest.param(
            "sh", "kubectl logs <pod name> -n <ns>", "kubectl logs _pod_name_ -n _ns_", id="placeholders"
        ),
        pytest.param("sh", "sort <in >out", "sort <in >out", id="redirections"),
        pytest.param("sh", "#!/usr/bin/env python3\nprint('a')", "", id="another program"),
    ],
)
def test_only_commands_are_read(language: str, text: str, commands: str) -> None:
    assert commands_in(language, text).rstrip("\n") == commands.rstrip("\n")


@given(st.text(alphabet="ab \n\t$#>\"'\\|&;(){}[]<=`~-/"))
def test_no_text_breaks_the_reading(text: str) -> None:
    is_plain(text)
    commands = commands_in("console", text)

    assert commands == "" or commands.count("\n") == text.count("\n")
