"""What the reader fills in: its names and what they mean, and lines to set them in a shell without any script."""

from __future__ import annotations

from collections.abc import Collection

from markupsafe import Markup

from waypost.runbooks.model import Variable


def variables_html(variables: Collection[Variable]) -> Markup:
    """Return the *variables* of a page, folded; "" for none.

    A script makes fields of it, which fill every command of the page. Without one it is read as it stands, and
    its lines are copied into the shell first.
    """
    if not variables:
        return Markup("")
    names = Markup(", ").join(Markup("<code>${}</code>").format(each.name) for each in variables)
    rows = Markup("\n").join(_row(each) for each in variables)
    lines = "\n".join(_line(each) for each in variables)
    return Markup(
        '<details class="wp-variables"><summary>Set these first: {}</summary>\n<dl class="wp-terms">\n{}\n</dl>\n'
        '<div class="wp-variables__lines"><p>Write the values between the quotes, and run this in the shell that '
        "you work in:</p>\n<pre><code>{}\n</code></pre></div></details>\n"
    ).format(names, rows, lines)


def _row(variable: Variable) -> Markup:
    example = Markup(" <small>such as <code>{}</code></small>").format(variable.example)
    return Markup(
        '<div data-name="{}" data-pattern="{}" data-example="{}"><dt><code>${}</code></dt>'
        "<dd><span>{}</span>{}</dd></div>"
    ).format(
        variable.name,
        variable.pattern,
        variable.example,
        variable.name,
        variable.description,
        example if variable.example else "",
    )


def _line(variable: Variable) -> str:
    """Return a line without a value: an example that is run as it stands would act on a thing that nobody meant."""
    example = " ".join(variable.example.split())
    return f"export {variable.name}=''" + (f"  # such as {example}" if example else "")
