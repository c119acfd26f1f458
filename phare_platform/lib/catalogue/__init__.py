"""Catalogues of translations, without GNU gettext: Babel reads, writes and compiles them.

`locale/<language>/LC_MESSAGES/django.po` is what people edit and git keeps. The compiled `.mo`
beside it is what Django reads; settings make it again whenever the `.po` is newer, so nobody
compiles by hand and a merge or a checkout is enough. A message id is the English sentence itself,
therefore only French has a catalogue.
"""

import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo

from phare_platform.lib.catalogue.pofiles import read_catalogue

__all__ = ["compile_catalogues"]


def compile_catalogues(folder: Path) -> list[Path]:
    """Compile each catalogue under `folder` that has changed; returns the files written.

    Safe when several processes start together. Where the folder cannot be written (an image built
    beforehand), a compiled file that is already there is kept as it is.
    """
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        if target.exists() and not os.access(target.parent, os.W_OK):
            continue
        _compile(source, target)
        written.append(target)
    return written


def _compile(source: Path, target: Path) -> None:
    catalogue = read_catalogue(source, language=source.parent.parent.name)
    with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".tmp", delete=False) as half:
        write_mo(half, catalogue)
    Path(half.name).chmod(0o644)
    Path(half.name).replace(target)
