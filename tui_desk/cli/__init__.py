"""The shell. stdout is data, stderr is talk; exit codes are those of sysexits.h (tui_desk.errors)."""
