"""What may be set about sources from elsewhere."""

from __future__ import annotations

import pytest

from waypost.catalog.settings import READERS, REFRESH_EVERY
from waypost.core.errors import SettingError
from waypost.core.settings import Setting, parse_setting


@pytest.mark.parametrize(
    ("setting", "text", "message"),
    [
        (REFRESH_EVERY, "soon", "here: 'catalog.refresh_every' must be a duration such as PT2M, not 'soon'"),
        (REFRESH_EVERY, "PT0S", "here: 'catalog.refresh_every' must be a duration such as PT2M, not 'PT0S'"),
        (READERS, "0", "here: 'catalog.readers' must be 1 or more"),
    ],
)
def test_what_cannot_be_meant_is_refused(setting: Setting[object], text: str, message: str) -> None:
    with pytest.raises(SettingError) as raised:
        parse_setting(setting, text, "here")

    assert str(raised.value) == message


def test_what_can_be_meant_is_taken() -> None:
    assert parse_setting(REFRESH_EVERY, "PT5M", "here") == "PT5M"
    assert parse_setting(READERS, "4", "here") == 4
