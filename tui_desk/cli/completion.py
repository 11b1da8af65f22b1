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

# Bash breaks words at colons, and a query has colons: what stands together in the line is put together again, and what
# stands before the last colon is taken off the answers. Inside quotes bash breaks nothing.
_BASH = """_desk() {
  local IFS=$'\\n' line=${COMP_LINE:0:COMP_POINT} word cur last
  local -a words=()
  for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    if [[ ${#words[@]} -eq 0 || $line == [[:space:]]* ]]; then
      line=${line#"${line%%[![:space:]]*}"}
      words+=("${line:0:${#word}}")
    else
      last=$((${#words[@]} - 1))
      words[last]+=${line:0:${#word}}
    fi
    line=${line:${#word}}
  done
  last=$((${#words[@]} - 1))
  cur=${words[last]}
  if [[ $cur == [\\'\\"]* ]]; then
    words[last]=${cur:1}
    cur=
  fi
  COMPREPLY=( $(desk _complete "${words[@]:1}" 2>/dev/null | cut -f1) )
  if [[ $cur == *[:=]* ]]; then
    COMPREPLY=("${COMPREPLY[@]#"${cur%"${cur##*[:=]}"}"}")
  fi
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *: ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o default -o nosort -F _desk desk tui-desk 2>/dev/null || complete -o default -F _desk desk tui-desk
"""
_ZSH = """#compdef desk tui-desk
_desk() {
  local -a found lines nospace
  local line
  lines=("${(@f)$(desk _complete "${(@Q)words[2,CURRENT-1]}" "${words[CURRENT]#[\\'\\"]}" 2>/dev/null)}")
  for line in $lines; do
    [[ -n $line ]] && found+=("${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}")
  done
  [[ $#found -eq 1 && ${lines[1]%%$'\\t'*} == *: ]] && nospace=(-S '')
  _describe desk found $nospace || _files
}
compdef _desk desk tui-desk
"""
_FISH = """function __desk_complete
    set -l words (commandline -opc) (commandline -ct | string trim --left --chars "'\\"")
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
