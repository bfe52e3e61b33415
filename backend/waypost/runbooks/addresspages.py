"""Pages for addresses by alert: all of them, those that a name may have meant, and the way on from one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from waypost.core.terminaltext import printable
from waypost.runbooks.addresses import Addresses, Entry, Likely
from waypost.runbooks.offline.shell import whole_page
from waypost.runbooks.plaintext import listing

_SHOWN_LETTERS = 80


def list_page(addresses: Addresses, root: str) -> str:
    """Return the page of every alert with its runbook.

    Args:
        root: The way from the page to the site's root, such as ``../``.
    """
    main = Markup("<h1>Runbooks by alert</h1>\n<p>{}</p>\n{}").format(_ways(root), _all(addresses, root))
    return whole_page("Runbooks by alert", main)


def choice_page(name: str, likely: Sequence[Likely], addresses: Addresses, root: str) -> str:
    """Return the page for *name*, which no runbook answers: those that it may have meant, then every one."""
    shown = shown_name(name)
    rows = Markup("\n").join(
        Markup("<li>{}<br><span class='small'>{}</span></li>").format(
            _link(each.entry, root), "; ".join(each.reasons)
        )
        for each in likely
    )
    near = Markup('<h2>It may be one of these</h2>\n<ul class="big">\n{}\n</ul>\n').format(rows)
    main = Markup(
        "<h1>No runbook answers <code>{}</code></h1>\n{}<h2>All runbooks by alert</h2>\n<p>{}</p>\n{}"
    ).format(shown, near if rows else Markup("<p>No alert is called anything like it.</p>\n"), _ways(root),
             _all(addresses, root))  # fmt: skip
    return whole_page(f"No runbook answers {shown}", main)


def way_page(entry: Entry, root: str) -> str:
    """Return the page at the address of *entry* on a built site: it leads on, with or without JavaScript.

    The script takes query and fragment along; without it the page's head does the leading, and a link.
    """
    target = f"{root}{entry.page}"
    names = " ".join(entry.variables)
    head = Markup(
        '<link rel="canonical" href="{target}">\n<meta name="robots" content="noindex">\n'
        '<script src="{root}assets/address.js" data-to="{target}" data-variables="{names}"></script>\n'
        '<noscript><meta http-equiv="refresh" content="0; url={target}"></noscript>\n'
    ).format(target=target, root=root, names=names)
    main = Markup('<h1>{}</h1>\n<p>Its runbook is <a href="{}">{}</a>.</p>').format(
        entry.alert, target, entry.title
    )
    return whole_page(f"{entry.alert}: {entry.title}", main, head=head)


def text_page(title: str, text: str, root: str) -> str:
    """Return *text* as a page, where the site that would have a better one is not there."""
    note = "The site is not built here: this is the runbook as text."
    main = Markup('<p class="small">{} <a href="{}r/">All alerts</a></p>\n<pre>{}</pre>').format(
        note, root, text
    )
    return whole_page(title, main)


def list_text(addresses: Addresses) -> str:
    """Return every alert with its runbook as text."""
    return listing([(entry.alert, entry.title) for entry in addresses.entries])


def choice_text(name: str, likely: Sequence[Likely], addresses: Addresses) -> str:
    """Return, as text, what the runbook that *name* meant may be, then every one."""
    note = f"No runbook answers '{shown_name(name)}'."
    near = [(each.entry.alert, f"{each.entry.title} ({'; '.join(each.reasons)})") for each in likely]
    if not near:
        return listing([], note) + "\nAll alerts:\n" + list_text(addresses)
    return listing(near, f"{note} It may be one of these:") + "\nAll alerts:\n" + list_text(addresses)


def shown_name(name: str) -> str:
    """Return *name* as it may be shown: somebody else may have written it."""
    shown = "".join(letter for letter in printable(name) if letter.isprintable())
    return shown if len(shown) <= _SHOWN_LETTERS else f"{shown[:_SHOWN_LETTERS]}…"


def _all(addresses: Addresses, root: str) -> Markup:
    with_alert = [entry for entry in addresses.entries if entry.has_alert]
    others = [entry for entry in addresses.entries if not entry.has_alert]
    if not addresses.entries:
        return Markup("<p>There is no runbook yet.</p>")
    guides = Markup("\n<h2>Without an alert</h2>\n{}").format(_listed(others, root)) if others else ""
    return _listed(with_alert, root) + guides


def _listed(entries: Iterable[Entry], root: str) -> Markup:
    rows = Markup("\n").join(Markup("<li>{}</li>").format(_link(entry, root)) for entry in entries)
    return Markup('<ul class="big">\n{}\n</ul>').format(rows) if rows else Markup("")


def _link(entry: Entry, root: str) -> Markup:
    text = Markup(', <a href="{}r/{}.txt">as text</a>').format(root, entry.alert) if entry.is_plain else ""
    severity = f" ({entry.severity})" if entry.severity else ""
    return Markup('<a href="{}{}"><b>{}</b></a>{}<br>{}{}').format(
        root, entry.page, entry.alert, severity, entry.title, text
    )


def _ways(root: str) -> Markup:
    return Markup(
        'Also <a href="{root}r/index.txt">as text</a>, and <a href="{root}runbooks/">by service and tier</a>.'
    ).format(root=root)
