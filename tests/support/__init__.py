"""Oracles and made-up collections that tests and benchmarks compare the product with."""
