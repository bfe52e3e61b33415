from __future__ import annotations

from waypost.site.landmarks import name_landmarks


def test_a_list_within_a_navigation_is_a_group_of_it() -> None:
    html = (
        '<nav class="a" aria-label="A"><nav class="b"><nav class="c">x</nav></nav></nav><nav class="d"></nav>'
    )

    assert name_landmarks(html) == (
        '<nav class="a" aria-label="A"><div role="group" class="b"><div role="group" class="c">x</div></div></nav>'
        '<nav class="d"></nav>'
    )


def test_breadcrumbs_and_the_search_have_names_of_their_own() -> None:
    html = '<nav class="md-path" aria-label="Navigation" ></nav><div role="dialog"></div>'

    assert name_landmarks(html) == (
        '<nav class="md-path" aria-label="Breadcrumbs" ></nav><div role="dialog" aria-label="Search"></div>'
    )
