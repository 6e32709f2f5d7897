"""The show on disk: the file, its versions, its JSON, and what belongs beside it.

Knows the document and its changes, no playback, no device and no window. Called by the GUI, which owns
the open file, and by the command line.
"""
