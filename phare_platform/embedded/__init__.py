"""PostgreSQL and Redis of a first run: real servers, started from binaries that came with pip.

`python -m phare_platform.embedded start` prints the addresses that the settings read. A server
whose address is already in the environment is left to whoever runs it. Standard library only, so
that it works before anything else does.
"""
