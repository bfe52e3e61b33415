"""Facts about files in git repositories, read from real ones."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

import build
from waypost.catalog.remote.gitrepo import GitFile, GitRepositories
from waypost.catalog.remote.readers import Reader, open_reader
from waypost.catalog.rules.annotations import LocationRef
from waypost.core.fetch.fetcher import FetchError
from waypost.core.settings import Settings

FILES: dict[str, str | bytes] = {
    "catalog-info.yaml": "kind: Component\n",
    "a/b c.yaml": "kind: System\n",
    "a/-x.yaml": "kind: Domain\n",
    "a/ü.yaml": "kind: API\n",
    "a/b/c.yaml": "kind: Group\n",
    "bin.yaml": b"\xff\xfe",
    "bom.yaml": b"\xef\xbb\xbfkind: User\n",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of repositories, made once."""
    root = tmp_path_factory.mktemp("made")
    build.write_files(root / "shop", FILES)
    (root / "shop" / "link.yaml").symlink_to("/etc/hostname")
    build.commit(root / "shop")
    build.git(root / "shop", "tag", "v1")
    build.write_files(root / "shop", {"catalog-info.yaml": "kind: Resource\n"})
    build.commit(root / "shop")
    build.git(root / "shop", "branch", "team/one")
    build.git(root, "clone", "-q", "--bare", "shop", "shop.git")
    return root


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """The folder of repositories: ``shop`` with files, and ``shop.git``, which is bare."""
    return Path(shutil.copytree(made, tmp_path / "repositories", symlinks=True))


@pytest.fixture
def reader(folder: Path) -> Reader:
    return open_reader(Settings({"catalog.git_folders": (str(folder),)}))


def text_of(reader: Reader, target: str) -> str:
    content = reader.read(LocationRef("git", target))
    assert content is not None
    return content.text


def refused(reader: Reader, target: str) -> FetchError:
    with pytest.raises(FetchError) as raised:
        reader.read(LocationRef("git", target))
    return raised.value


@pytest.mark.parametrize("name", ["shop", "shop.git"])
@pytest.mark.parametrize(
    ("ref", "path", "text"),
    [
        ("main", "catalog-info.yaml", "kind: Resource\n"),
        ("HEAD", "catalog-info.yaml", "kind: Resource\n"),
        ("team/one", "catalog-info.yaml", "kind: Resource\n"),
        ("v1", "catalog-info.yaml", "kind: Component\n"),
        ("main", "a/b c.yaml", "kind: System\n"),
        ("main", "a/-x.yaml", "kind: Domain\n"),
        ("main", "a/ü.yaml", "kind: API\n"),
        ("main", "bom.yaml", "kind: User\n"),
    ],
)
def test_a_file_is_read_at_a_branch_or_a_tag(
    folder: Path, reader: Reader, *, name: str, ref: str, path: str, text: str
) -> None:
    assert text_of(reader, f"{folder}/{name}/-/{ref}/-/{path}") == text


def test_a_file_is_read_at_a_commit(folder: Path, reader: Reader) -> None:
    commit = build.git(folder / "shop", "rev-parse", "v1").strip()

    assert text_of(reader, f"{folder}/shop/-/{commit}/-/catalog-info.yaml") == "kind: Component\n"


def test_what_is_not_committed_does_not_count(folder: Path, reader: Reader) -> None:
    build.write_files(folder / "shop", {"catalog-info.yaml": "kind: Draft\n"})

    assert text_of(reader, f"{folder}/shop/-/main/-/catalog-info.yaml") == "kind: Resource\n"


def test_a_file_that_did_not_change_is_not_read_again(folder: Path, reader: Reader) -> None:
    location = LocationRef("git", f"{folder}/shop/-/main/-/catalog-info.yaml")
    first = reader.read(location)
    assert first is not None
    assert reader.read(location, first.stamp) is None

    build.write_files(folder / "shop", {"catalog-info.yaml": "kind: Domain\n"})
    build.commit(folder / "shop")

    assert reader.read(location, first.stamp) is not None


@pytest.mark.parametrize(
    ("target", "reason", "is_missing"),
    [
        ("{0}/shop/-/main/-/none.yaml", "there is no such file", True),
        ("{0}/shop/-/none/-/a.yaml", "it has no branch, tag or commit 'none'", True),
        ("{0}/none/-/main/-/a.yaml", "there is no git repository", True),
        ("{0}/shop/-/main/-/a", "it is a folder, a link or another repository, and no file", False),
        ("{0}/shop/-/main/-/link.yaml", "it is a folder, a link or another repository, and no file", False),
        ("{0}/shop/-/main/-/bin.yaml", "it is not text in UTF-8", False),
        ("{0}/shop/-/main/-/../a.yaml", "its path leads out of the repository", False),
        ("{0}/shop/-/main/-//etc/passwd", "its path leads out of the repository", False),
        ("{0}/shop/-/main/-/a\nb", "its path leads out of the repository, or is not written plainly", False),
        ("{0}/shop/catalog-info.yaml", "write it as FOLDER/-/REF/-/PATH", False),
        ("shop/-/main/-/a.yaml", "write it as FOLDER/-/REF/-/PATH", False),
        ("{0}/../shop/-/main/-/a.yaml", "it is not allowed: add '", False),
        ("/etc/-/main/-/a.yaml", "it is not allowed: add '/' to the setting catalog.git_folders", False),
    ],
)
def test_what_cannot_be_read_is_told(
    folder: Path, reader: Reader, target: str, reason: str, *, is_missing: bool
) -> None:
    error = refused(reader, target.format(folder))

    assert error.reason.startswith(reason)
    assert error.is_missing is is_missing
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    "ref",
    [
        "--upload-pack=touch x",
        "-h",
        "main..v1",
        "main@{1}",
        "main:a",
        "main^",
        "HEAD~1",
        "a b",
        "/main",
        "main/",
        "x.lock",
        "a//b",
        ".",
        "*",
    ],
)
def test_a_ref_that_means_more_to_git_than_a_name_is_refused(folder: Path, reader: Reader, ref: str) -> None:
    error = refused(reader, f"{folder}/shop/-/{ref}/-/catalog-info.yaml")

    assert error.reason == f"'{ref}' is no name of a branch, a tag or a commit"


def test_a_link_out_of_the_folders_is_not_followed(folder: Path, tmp_path: Path, reader: Reader) -> None:
    build.write_files(tmp_path / "private", {"a.yaml": "x"})
    build.commit(tmp_path / "private")
    (folder / "way-out").symlink_to(tmp_path / "private")

    assert refused(reader, f"{folder}/way-out/-/main/-/a.yaml").reason.startswith("it is not allowed")


def test_nothing_that_a_repository_configures_runs(folder: Path, reader: Reader, tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {proof}\n", encoding="ascii")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    build.write_files(folder / "shop", {".gitattributes": "*.yaml diff=x filter=x\n"})
    build.commit(folder / "shop")
    for name in ("core.fsmonitor", "core.pager", "diff.x.textconv", "filter.x.smudge", "core.sshCommand"):
        build.git(folder / "shop", "config", name, str(program))

    assert text_of(reader, f"{folder}/shop/-/main/-/catalog-info.yaml") == "kind: Resource\n"
    assert not proof.exists()


def test_the_environment_leads_git_nowhere_else(
    folder: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", "/nowhere")
    monkeypatch.setenv("GIT_DIR", "/nowhere")

    assert text_of(reader, f"{folder}/shop/-/v1/-/catalog-info.yaml") == "kind: Component\n"


def test_wildcards_name_the_files_that_match(folder: Path, reader: Reader) -> None:
    base = f"{folder}/shop/-/main/-"

    found = [reader.expand(LocationRef("git", f"{base}/{path}")) for path in ("a/*.yaml", "**/c.yaml")]

    assert found == [
        tuple(LocationRef("git", f"{base}/a/{name}") for name in ("-x.yaml", "b c.yaml", "ü.yaml")),
        (LocationRef("git", f"{base}/a/b/c.yaml"),),
    ]


def test_a_file_that_is_too_large_is_not_read(folder: Path) -> None:
    repositories = GitRepositories((str(folder),), 5)

    with pytest.raises(FetchError, match="larger than 5 bytes"):
        repositories.read_file(GitFile(f"{folder}/shop", "main", "catalog-info.yaml"), "")


def test_a_repository_without_commits_has_no_branch(folder: Path) -> None:
    build.git(folder, "init", "-q", "-b", "main", "empty")
    repositories = GitRepositories((str(folder),), 1000)

    branches = [repositories.default_branch(f"{folder}/{name}") for name in ("shop", "shop.git", "empty")]

    assert branches == ["main", "main", ""]


def test_a_machine_without_git_is_told(
    folder: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", os.fspath(tmp_path))

    assert refused(reader, f"{folder}/shop/-/main/-/a.yaml").reason == "git is not installed"


def test_a_git_that_does_not_end_is_left(
    folder: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    build.write_files(tmp_path / "bin", {"git": "#!/bin/sh\nexec sleep 60\n"})
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr("waypost.catalog.remote.gitrepo._TIMEOUT_S", 0.2)

    assert refused(reader, f"{folder}/shop/-/main/-/a.yaml").reason == "git took longer than 0.2 seconds"
