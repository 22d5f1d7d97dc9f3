"""The version of Akhbar."""

VERSION = "0.1.0"
