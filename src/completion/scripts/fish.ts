export const fishScript = String.raw`# completion of vibe for fish
function __vibe_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -l lines (command $program __complete --shell fish --index (count $words) -- $words $current 2>/dev/null </dev/null)
    switch "$lines[1]"
        case files
            set -l path (string replace -r -- '^--?[\w-]+=' '' $current)
            set -l before (string replace -- "$path" '' "$current")
            for found in (__fish_complete_path "$path")
                printf '%s\n' "$before$found"
            end
        case values
            for line in $lines[2..-1]
                printf '%s\n' $line
            end
    end
end
complete -c vibe -f -a '(__vibe_complete)'
complete -c vibe-coder -f -a '(__vibe_complete)'
`
