"""Frozen values and pure functions: what a show is, what a GO does, when things are due.

Knows no Qt, no asyncio, no sockets, no threads and reads no clock. Everything else calls it.
"""
