"""completion: the scripts for bash, zsh and fish. They ask `desk _complete WORDS`, which starts at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from tui_desk.cli.group import new_app
from tui_desk.errors import UsageError
from tui_desk.i18n import _

app = new_app()

_BASH = """_desk() {
  local IFS=$'\\n'
  COMPREPLY=( $(desk _complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1) )
  if type __ltrim_colon_completions >/dev/null 2>&1; then __ltrim_colon_completions "${COMP_WORDS[COMP_CWORD]}"; fi
}
complete -o default -F _desk desk tui-desk
"""
_ZSH = """#compdef desk tui-desk
_desk() {
  local -a found lines
  lines=("${(@f)$(desk _complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  local line
  for line in $lines; do
    [[ -n $line ]] && found+=("${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}")
  done
  _describe desk found || _files
}
compdef _desk desk tui-desk
"""
_FISH = """function __desk_complete
    set -l words (commandline -opc) (commandline -ct)
    desk _complete $words[2..-1] 2>/dev/null
end
complete -c desk -f -a '(__desk_complete)'
complete -c tui-desk -f -a '(__desk_complete)'
"""
SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


@app.command(
    "completion",
    help=_('Print the completion script: eval "$(desk completion bash)", or source it from your shell\'s start file.'),
)
def completion(shell: Annotated[str, typer.Argument(metavar="SHELL", help=_("bash, zsh or fish."))] = "") -> int:
    name = shell or Path(os.environ.get("SHELL", "")).name
    if name not in SCRIPTS:
        raise UsageError(_("Which shell?"), _("desk completion bash, zsh or fish"))
    print(SCRIPTS[name], end="")
    return 0
