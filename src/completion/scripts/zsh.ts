/** Also works as a file called `_vibe` in a folder of `fpath`. */
export const zshScript = String.raw`#compdef vibe vibe-coder
# completion of vibe for zsh
_vibe() {
  local program=${'$'}{(Q)words[1]} line value
  local -a lines whole shown open openshown
  [[ $program == '~/'* ]] && program=$HOME/${'$'}{program#'~/'}
  lines=("${'$'}{(@f)$("$program" __complete --shell zsh --index $((CURRENT - 1)) -- "${'$'}{(@Q)words[1,CURRENT-1]}" "${'$'}{(Q)PREFIX}" "${'$'}{(@Q)words[CURRENT+1,-1]}" 2>/dev/null </dev/null)}")
  if [[ $lines[1] == files ]]; then
    [[ $PREFIX == -*=* ]] && compset -P '*='
    _files
    return
  fi
  [[ $lines[1] == values ]] || return 1
  for line in "${'$'}{(@)lines[2,-1]}"; do
    value=${'$'}{line%%$'\t'*}
    if [[ $value == *[=./:] ]]; then
      open+=("$value")
      openshown+=("${'$'}{line#*$'\t'}")
    else
      whole+=("$value")
      shown+=("${'$'}{line#*$'\t'}")
    fi
  done
  local found=1
  ((${'$'}{#whole})) && compadd -V vibe -l -d shown -a whole && found=0
  ((${'$'}{#open})) && compadd -V vibe-open -S '' -l -d openshown -a open && found=0
  return found
}
if [[ ${'$'}{zsh_eval_context[-1]} == loadautofunc ]]; then
  _vibe "$@"
else
  (($+functions[compdef])) || { autoload -Uz compinit && compinit -C; }
  compdef _vibe vibe vibe-coder
fi
`
