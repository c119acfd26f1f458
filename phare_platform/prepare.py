"""Make a started database ready for a run: tables, reference data, demonstration.

One process for all, because loading Django takes longer than each of them when there is nothing
to do: `python -m phare_platform.prepare [WELCOME_FILE]`.
"""

import io
import os
import sys
from pathlib import Path

import django
from django.core.management import CommandError, call_command

from phare_platform.embedded.processes import say

STEPS = {
    "migrate": "Preparing the tables …",
    "ensure_schedules": "Setting the timetable …",
    "load_reference": "Loading the reference data …",
    "compile_matching": "Compiling the matching …",
    "load_demo": "Loading the demonstration territory …",
}


def main(welcome: Path | None) -> int:
    """Take every step; leave the words of welcome in a file, to be shown once pages answer."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phare_platform.settings")
    django.setup()
    for command, sentence in STEPS.items():
        say(sentence)
        try:
            call_command(command)
        except CommandError as refusal:
            say(f"{command}: {refusal}")
            return 1
    if welcome is not None:
        welcome.write_text(_words_of_welcome(), encoding="utf-8")
    return 0


def _words_of_welcome() -> str:
    words = io.StringIO()
    try:
        call_command("show_welcome", stdout=words)
    except Exception as refusal:  # a courtesy: the platform runs without it
        words.write(f"(No words of welcome: {refusal})\n")
    return words.getvalue()


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
