from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import regex

from waypost.runbooks.filling import fill, fill_words, fits, needs, quoted

CASES = json.loads((Path(__file__).parent / "filling.json").read_text(encoding="utf-8"))
NASTY = [
    "worker-3",
    "two words  and more",
    "it's",
    'a "quoted" word',
    "$(echo broken) `echo broken` $HOME ${HOME} $((1+1))",
    "back\\slash\\\\ at the end\\",
    "'; echo broken; '",
    '"; echo broken; "',
    "a!b !! !$",
    "*?[a-z]{a,b}~",
    "& | ; < > ( ) # x",
    "EO",
    "EOF",
    "$",
    "\\",
    "'",
    '"',
    "`",
    "-n",
    "Köln 東京 🚀",
]
# Each prints what it was given once, between angle brackets.
COMMANDS = [
    'printf "<%s>" "$VALUE"',
    'printf "<%s>" $VALUE',
    'printf "%s" "<$VALUE>"',
    'printf "%s" "<${VALUE}>"',
    "printf '%s' \"<\"$VALUE'>'",
    'printf "<%s>" "$(printf "%s" "$VALUE")"',
    'printf "<%s>" "$(printf "%s" "a$VALUE" | cut -c 2-)"',
    'printf "<%s>" "${VALUE%%nothing}"',
    'printf "<%s>" "${VALUE:-$OTHER}"',
    'printf "<%s>" "`printf %s \\"$VALUE\\"`"',
    'printf "<%s>" "$(cat <<EOF\n$VALUE\nEOF\n)"',
    'printf "<%s>" "$(cat <<-EOF\n\t$VALUE\n\tEOF\n)"',
    'printf "<%s>" "$(cat <<<"$VALUE")"',
    'COPY=$VALUE; printf "<%s>" "$COPY"',
    'COPY="x$VALUE"; printf "<%s>" "${COPY#x}"',
    'for each in "$VALUE"; do printf "<%s>" "$each"; done',
    'case $VALUE in "$VALUE") printf "<%s>" "$VALUE" ;; esac',
    '(printf \'<%s>\' "$VALUE") # "$VALUE"',
    'printf "<%s>" "$VALUE" > >(cat); wait $!',
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_values_stand_where_a_shell_would_put_them(case: dict[str, Any]) -> None:
    assert fill(case["text"], case["values"]) == case["filled"]
    assert list(needs(case["text"])) == case["needs"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_shell_passes_exactly_the_value(command: str) -> None:
    filled = [fill(command, {"VALUE": value}) for value in NASTY]

    script = "\n".join(f"( {each}\n)\nprintf '\\0'" for each in filled)
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)

    assert done.stderr == ""
    assert done.stdout.split("\0")[:-1] == [f"<{value}>" for value in NASTY]


def test_prose_takes_values_as_they_are() -> None:
    values = {"NODE": "it's", "ZONE": "a\nb", "POD": ""}

    told = fill_words("the pod's $NODE, ${NODE}: $NODES $ZONE $POD", values)

    assert told == "the pod's it's, it's: $NODES $ZONE $POD"


def test_a_word_of_a_shell_is_always_in_quotes() -> None:
    assert [quoted("a"), quoted("it's"), quoted("")] == ["'a'", "'it'\\''s'", "''"]


@pytest.mark.parametrize(
    ("pattern", "value", "is_fit"),
    [
        pytest.param("[a-z]+", "abc", True, id="the whole of it fits"),
        pytest.param("[a-z]+", "abc; id", False, id="only a part fits"),
        pytest.param("^[a-z]+$", "abc", True, id="anchors say the same once more"),
        pytest.param("a|b", "ab", False, id="one of two"),
        pytest.param("[a-z]*", "", False, id="nothing is no value"),
        pytest.param(".*", "a\u202eb", False, id="what cannot be seen"),
        pytest.param("", "a b; c", True, id="anything without a pattern"),
        pytest.param("", "--all", False, id="but no option"),
        pytest.param("-?[0-9]+", "-1", True, id="unless the pattern says so"),
    ],
)
def test_a_value_fits_as_a_whole(pattern: str, value: str, is_fit: bool) -> None:  # noqa: FBT001  # A table.
    assert fits(pattern, value) is is_fit


def test_a_pattern_that_is_none_is_told() -> None:
    with pytest.raises(regex.error):
        fits("[", "a")
