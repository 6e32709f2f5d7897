"""The engine process: runs the core against the clock and the devices, with or without a window."""
