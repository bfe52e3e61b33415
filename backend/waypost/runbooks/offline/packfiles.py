"""The incident pack on a disk: as a folder, as a ZIP file, as files of the site."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from waypost.core.errors import InputError
from waypost.core.plugin import SiteContext, SitePage
from waypost.runbooks.offline.pack import CHECKSUMS, make_pack

ZIP_URI: Final = "pack/incident-pack.zip"
_FOLDER: Final = "incident-pack"
_UNIX: Final = 3
_MODE: Final = 0o100644 << 16
# A ZIP file knows no time before.
_FIRST: Final = datetime(1980, 1, 1, tzinfo=UTC)


def pack_time(now: datetime) -> datetime:
    """Return the time that a pack bears: ``SOURCE_DATE_EPOCH`` where that is set, so that it can be made again.

    Raises:
        InputError: ``SOURCE_DATE_EPOCH`` is no time.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        at = datetime.fromtimestamp(int(given), UTC) if given else now.astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise InputError("SOURCE_DATE_EPOCH", [f"'{given}' is no number of seconds"]) from error
    return at.replace(microsecond=0)


def pack_pages(context: SiteContext) -> Iterator[SitePage]:
    """Give the incident pack as files of the site, below ``pack/``, and as one file to download."""
    at = pack_time(context.now)
    files = make_pack(context.workspace, context.knowledge, at)
    for path, data in files.items():
        yield SitePage(f"pack/{path}", "", "", meta={"in_nav": False}, data=data)
    if files:
        yield SitePage(ZIP_URI, "", "", meta={"in_nav": False}, data=zip_of(files, at))


def zip_of(files: Mapping[str, bytes], at: datetime) -> bytes:
    """Return *files* as a ZIP file whose bytes depend on nothing else."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=9) as opened:
        for path in sorted(files):
            info = ZipInfo(f"{_FOLDER}/{path}", max(at, _FIRST).timetuple()[:6])
            info.create_system = _UNIX
            info.external_attr = _MODE
            info.compress_type = ZIP_DEFLATED
            opened.writestr(info, files[path])
    return packed.getvalue()


def write_zip(files: Mapping[str, bytes], at: datetime, target: Path) -> None:
    """Write *files* as the ZIP file *target*, whole or not at all.

    Raises:
        InputError: It cannot be written.
    """
    fresh = target.with_name(f".{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(zip_of(files, at))
        fresh.replace(target)
    except OSError as error:
        raise InputError(str(target), [f"cannot be written: {error.strerror}"]) from error


def write_folder(files: Mapping[str, bytes], target: Path) -> None:
    """Write *files* into the folder *target*, in the place of an older pack.

    Raises:
        InputError: *target* holds something else, or cannot be written.
    """
    try:
        if target.exists() and not target.is_dir():
            raise InputError(str(target), ["is a file; name a folder, or a file that ends in .zip"])
        if target.is_dir() and any(target.iterdir()) and not (target / CHECKSUMS).is_file():
            raise InputError(str(target), ["holds something else than an incident pack; name another folder"])
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:
            fresh = Path(folder) / "fresh"
            for path, data in files.items():
                file = fresh / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            _swap(fresh, target)
    except OSError as error:
        raise InputError(str(target), [f"cannot be written: {error.strerror}"]) from error


def _swap(fresh: Path, target: Path) -> None:
    if target.exists():
        old = fresh.with_name("old")
        target.rename(old)
        fresh.rename(target)
        shutil.rmtree(old)
    else:
        fresh.rename(target)
