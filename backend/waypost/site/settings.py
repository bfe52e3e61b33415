"""The settings of the site."""

from waypost.core.settings import Setting

BACKEND = Setting(
    "site.backend",
    "",
    "Address of a running backend that a build reads values from, such as http://127.0.0.1:7007. "
    "Empty: they are read from the workspace itself.",
)
LIVE = Setting(
    "site.live",
    "",
    "Address at which readers' browsers reach the backend, to make embeds live. Empty: beside the site.",
)
TIMEOUT_S = Setting("site.timeout-s", 10.0, "Seconds that a build waits for an answer of the backend.")

SETTINGS = (BACKEND, LIVE, TIMEOUT_S)
