/**
 * bash splits words at `:` and `=`; they are put together again from the line itself. Without `compopt` (bash 3) file names
 * are what readline falls back to.
 */
export const bashScript = String.raw`# completion of vibe for bash
_vibe_complete() {
  local rest=$COMP_LINE left=$COMP_POINT at=-1 index=0 cut=0 i piece gap line program kind=
  local -a words=() options=()
  COMPREPLY=()
  for ((i = 0; i < ${'$'}{#COMP_WORDS[@]}; i++)); do
    piece=${'$'}{COMP_WORDS[i]}
    gap=${'$'}{rest%%[![:space:]]*}
    if ((i == COMP_CWORD)) && [[ -z $piece ]]; then
      ((left < 0)) && left=0
      gap=${'$'}{rest:0:left}
    fi
    rest=${'$'}{rest:${'$'}{#gap}}
    left=$((left - ${'$'}{#gap}))
    if ((at < 0)) || [[ -n $gap ]]; then
      at=$((at + 1))
      words[at]=
      cut=0
    fi
    if ((i == COMP_CWORD)); then
      index=$at
      words[at]+=${'$'}{piece:0:left}
      cut=1
    elif ((cut == 0)); then
      words[at]+=$piece
    fi
    rest=${'$'}{rest:${'$'}{#piece}}
    left=$((left - ${'$'}{#piece}))
  done
  options=(--shell bash --index "$index" --breaks "$COMP_WORDBREAKS")
  [[ $COMP_TYPE == 63 ]] && options+=(--list "${'$'}{COLUMNS:-80}")
  program=${'$'}{words[0]/#\~\//$HOME/}
  type compopt &>/dev/null && compopt +o default
  while IFS= read -r line; do
    if [[ -z $kind ]]; then kind=$line; else COMPREPLY+=("$line"); fi
  done < <("$program" __complete "${'$'}{options[@]}" -- "${'$'}{words[@]}" 2>/dev/null </dev/null)
  type compopt &>/dev/null || return 0
  if [[ $kind == files ]]; then
    compopt -o default
  elif [[ ${'$'}{#COMPREPLY[@]} -eq 1 && ${'$'}{COMPREPLY[0]} == *[=./:] ]]; then
    compopt -o nospace
  fi
  compopt -o nosort 2>/dev/null
  return 0
}
complete -o default -F _vibe_complete vibe vibe-coder
`
