"""Whole HTML documents that need nothing else: their style is in them, and they have no script."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

NOTHING: Final = Markup("")
STYLE: Final = Markup(
    """
:root { color-scheme: light dark; --paper: #fff; --ink: #16181d; --line: #8a8f98; --soft: #f3f4f6; --link: #0b57d0; --stop: #b3261e; --go: #146c2e; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #131519; --ink: #e6e8ec; --line: #70757f; --soft: #24272c; --link: #a8c7fa; --stop: #f2b8b5; --go: #8fd6a1; }
}
* { box-sizing: border-box; }
body { background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 50rem; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; } h2 { font-size: 1.25rem; margin-top: 2rem; } h3 { font-size: 1.05rem; }
a[href] { color: var(--link); }
a, summary { text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 4px; padding: .6rem .8rem;
  white-space: pre-wrap; overflow-wrap: anywhere; font-size: .9rem; }
code, pre { font-family: ui-monospace, Menlo, Consolas, monospace; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; }
th, td { overflow-wrap: break-word; border: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; }
dl.facts div { display: flex; flex-wrap: wrap; gap: 0 .8rem; } dl.facts dt { font-weight: 600; min-width: 7rem; }
dl.facts dd { margin: 0; flex: 1 1 16rem; } dl.facts dd ol { margin: 0; padding-left: 1.3rem; }
img { max-width: 100%; height: auto; }
blockquote, .admonition, details { border-left: 4px solid var(--line); margin: 1rem 0; padding: .1rem 0 .1rem 1rem; }
.admonition-title, .effect { font-weight: 600; margin: .4rem 0; }
.step { border-left: 4px solid var(--line); margin: 1rem 0; padding-left: 1rem; }
.step.read { border-color: var(--go); } .step.destructive { border: 3px solid var(--stop); padding: 0 1rem; }
.step.destructive .effect { color: var(--stop); }
@media screen and (max-width: 40em) {
  table.alerts, .alerts tbody, .alerts tr, .alerts td { display: block; border: 0; padding: 0; } .alerts thead { display: none; }
  .alerts tr { border-bottom: 1px solid var(--line); padding: .5rem 0; } .alerts td:first-child { font-weight: 600; }
  .alerts td:last-child:not(:empty)::before { content: "call "; }
}
ul.big > li { margin: .6rem 0; } .small { font-size: .9rem; }
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --line: #777; --soft: #fff; --link: #000; --stop: #000; --go: #000; }
  body { max-width: none; padding: 0; font-size: 10.5pt; } h1 { font-size: 16pt; }
  h1, h2, h3, .effect { break-after: avoid; } pre, tr, .step { break-inside: avoid; }
  .page { break-before: page; } .screen { display: none; }
  a { color: inherit; } main a[href^="http"]:not(.bare)::after { content: " <" attr(href) ">"; font-size: .85em; }
}
"""
)
_DOCUMENT: Final = Markup(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{title}</title>
{head}<style>{style}</style>
</head>
<body>
{before}<main>
{main}
</main>
{after}</body>
</html>
"""
)


def whole_page(
    title: str, main: Markup, *, head: Markup = NOTHING, before: Markup = NOTHING, after: Markup = NOTHING
) -> str:
    """Return the document called *title* around *main*.

    Args:
        head: Stands in the document's head.
        before: Stands before what it is about, such as ways to other pages.
        after: Stands behind it.
    """
    return str(_DOCUMENT.format(title=title, head=head, style=STYLE, before=before, main=main, after=after))
