from __future__ import annotations

from pathlib import Path

from waypost.cli.inputs import is_built, mark_built, watched_folders, watched_stamp


def test_a_site_is_up_to_date_until_a_file_changes(tmp_path: Path) -> None:
    page = tmp_path / "site" / "index.md"
    page.parent.mkdir()
    page.write_text("# One", encoding="utf-8")
    assert not is_built(tmp_path)

    mark_built(tmp_path, watched_stamp(tmp_path))
    assert is_built(tmp_path)

    page.write_text("# Another", encoding="utf-8")
    assert not is_built(tmp_path)


def test_a_new_file_and_a_removed_one_change_the_stamp(tmp_path: Path) -> None:
    (tmp_path / "adr").mkdir()
    stamps = [watched_stamp(tmp_path)]
    (tmp_path / "adr" / "0001-a.md").touch()
    stamps.append(watched_stamp(tmp_path))
    (tmp_path / "adr" / "0001-a.md").unlink()
    stamps.append(watched_stamp(tmp_path))

    assert stamps[0] != stamps[1]
    assert stamps[0] == stamps[2]


def test_what_is_hidden_or_built_does_not_count(tmp_path: Path) -> None:
    before = watched_stamp(tmp_path)
    (tmp_path / "build" / "site").mkdir(parents=True)
    (tmp_path / "build" / "site" / "index.html").touch()

    assert watched_stamp(tmp_path) == before


def test_folders_to_watch_are_those_that_exist(tmp_path: Path) -> None:
    assert watched_folders(tmp_path) == [tmp_path]
    (tmp_path / "catalog").mkdir()
    assert watched_folders(tmp_path) == [tmp_path / "catalog"]


def test_folders_that_the_settings_name_are_watched_once(tmp_path: Path) -> None:
    for name in ("source/adr", "catalog"):
        (tmp_path / name).mkdir(parents=True)
    settings = '[documents]\nfolder = "source"\n[adr]\nfolder = "source/adr"\n'
    (tmp_path / "waypost.toml").write_text(settings, encoding="utf-8")

    assert watched_folders(tmp_path) == [tmp_path / "catalog", tmp_path / "source"]
