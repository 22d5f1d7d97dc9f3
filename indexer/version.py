"""Which version of Akhbar this is."""

VERSION = "0.1.0"
