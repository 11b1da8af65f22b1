"""Benchmarks: each prints a table with ratios against a peer or a floor measured in the same run. They are not tests."""
