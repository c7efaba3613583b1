/** File names need no words: PowerShell offers them by itself when a completer has nothing. */
export const powershellScript = String.raw`# completion of vibe for PowerShell
Register-ArgumentCompleter -Native -CommandName vibe, vibe-coder -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @()
    $index = -1
    foreach ($element in $commandAst.CommandElements) {
        $text = $element.Extent.Text
        $start = $element.Extent.StartOffset
        if ($start -lt $cursorPosition -and $element.Extent.EndOffset -ge $cursorPosition) {
            $index = $words.Count
            $words += $text.Substring(0, $cursorPosition - $start).Trim("'", '"')
        } elseif ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
            $words += $element.Value
        } else {
            $words += $text
        }
    }
    if ($index -lt 0) {
        $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text.Trim("'", '"') })
        $index = $words.Count
    }
    if ($index -lt 1) { return }
    $program = $commandAst.GetCommandName()
    $lines = @(& $program __complete --shell powershell --index $index --words @words 2>$null)
    if ($lines.Count -lt 2 -or $lines[0] -ne 'values') { return }
    foreach ($line in $lines[1..($lines.Count - 1)]) {
        $text, $shown, $description = $line -split [char]9
        if (-not $description) { $description = $shown }
        [System.Management.Automation.CompletionResult]::new($text, $shown, 'ParameterValue', $description)
    }
}
`
