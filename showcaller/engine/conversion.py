"""`showcaller export` and `showcaller import`: a show to its JSON form and back.

Owns the two commands. An import never replaces a file unless told to, and a password in the JSON goes
to its home in the secrets file, never into the show.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from showcaller.engine.document import read_document
from showcaller.showfile import places
from showcaller.showfile.errors import PlaceError, SecretsError, ShowFileError
from showcaller.showfile.file import ShowFile
from showcaller.showfile.json_form import show_to_json
from showcaller.showfile.secrets import Secrets

CANNOT_RUN = 2


def export(argv: Sequence[str]) -> int:
    """Write a show as JSON, to a file or standard output."""
    parser = argparse.ArgumentParser(prog="showcaller export")
    parser.add_argument("file", type=Path)
    parser.add_argument("-o", "--output", type=Path, help="where to write; left out: standard output")
    parser.add_argument("--inventories", action="store_true", help="also the names that devices told")
    arguments = parser.parse_args(argv)
    try:
        document = read_document(arguments.file)
        text = show_to_json(document.show, document.inventories if arguments.inventories else None)
        if arguments.output is None:
            sys.stdout.buffer.write(text)
        else:
            arguments.output.write_bytes(text)
    except ShowFileError as error:
        print(error, file=sys.stderr)
        return CANNOT_RUN
    except BrokenPipeError:
        raise
    except OSError as error:
        target = arguments.output or "Standard output"
        print(f"{target} cannot be written: {error.strerror}.", file=sys.stderr)
        return CANNOT_RUN
    return 0


def import_show(argv: Sequence[str]) -> int:
    """Make a show file of JSON."""
    parser = argparse.ArgumentParser(prog="showcaller import")
    parser.add_argument("file", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--force", action="store_true", help="replace the file if it is there")
    arguments = parser.parse_args(argv)
    try:
        document = read_document(arguments.file)
        ShowFile.create(
            arguments.output, document.show, document.inventories, overwrite=arguments.force
        ).close()
        if document.secrets:
            Secrets(places.secrets_path()).write(document.show.id, document.secrets)
            print("The passwords in it were moved to your secrets file.", file=sys.stderr)
    except (ShowFileError, PlaceError, SecretsError) as error:
        print(error, file=sys.stderr)
        return CANNOT_RUN
    return 0
