"""Matching measured: designs side by side in one run, with the floors that must hold.

`make bench N=100000` or `make bench INPUT=organisations.csv.gz`; docs/benchmarks.md says how to
read what comes out. Nothing of the platform imports this package.
"""
