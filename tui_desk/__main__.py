"""`python -m tui_desk` is `desk`."""

from tui_desk.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
