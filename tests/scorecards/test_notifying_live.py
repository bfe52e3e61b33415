"""The running server sends webhooks; its process may be killed in between."""

from __future__ import annotations

import json
import time
from pathlib import Path

import build
from cli.served import free_port, running
from elsewhere import Reply, serve
from waypost.cli.sync import sync_workspace
from waypost.core.clock import utc_now
from waypost.core.host import open_host
from waypost.core.progress import SilentProgress
from waypost.scorecards.notifying.queueing import queue_events
from waypost.scorecards.notifying.settings import read_webhooks
from waypost.scorecards.notifying.signing import new_secret

CATALOG = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: pay}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: till, tags: [%s]}
spec: {type: service, lifecycle: production, owner: group:pay}
---
apiVersion: waypost.dev/v1alpha1
kind: Scorecard
metadata: {name: ready, title: Ready}
spec:
  appliesTo: {kinds: [Component]}
  levels: [{name: bronze}]
  checks:
    - {id: tagged, title: Tagged, level: bronze, rule: "'core' in entity.metadata.tags"}
"""
SETTINGS = """\
[webhook.ops]
url = "http://%s/in"
secret = "HOOK_SECRET"
[fetch]
allow = ["%s"]
private = ["127.0.0.1"]
"""


def test_a_server_sends_what_fell_while_none_was_running(tmp_path: Path) -> None:
    with serve(lambda _: Reply(204)) as receiver:
        files = {
            "waypost.toml": SETTINGS % (receiver.host, receiver.host),
            "catalog/all.yaml": CATALOG % "core",
        }
        build.write_files(tmp_path, files)
        secret = {"HOOK_SECRET": new_secret()}

        with open_host(tmp_path) as host:
            sync_workspace(host, SilentProgress(), evaluate=True)
            queue_events(host.engine, read_webhooks(host.settings).values(), utc_now(), "/")
        build.write_files(tmp_path, {"catalog/all.yaml": CATALOG % "other"})
        with running(tmp_path, "serve", "--port", str(free_port()), env=secret):
            deadline = time.monotonic() + 60
            while not receiver.asked and time.monotonic() < deadline:
                time.sleep(0.05)

        [asked] = receiver.asked
        event = json.loads(asked.body)
        assert (event["subject"], event["data"]["from"]) == ("component:default/till", "bronze")
        assert asked.headers["webhook-signature"].startswith("v1,")
