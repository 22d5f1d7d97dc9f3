"""``python -m indexer``: the index commands without the web page."""

from indexer.commands.cli import main

if __name__ == "__main__":
    main()
