"""The project's tests, and the oracles and test worlds that benchmarks share with them."""
