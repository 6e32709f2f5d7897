"""The GUI process: owns the open document, draws it, and never talks to a device."""
