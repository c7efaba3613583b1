/** USD with as many digits as a small amount needs: "$0.0001", "$0.02", "$3". */
export function money(usd: number): string {
  if (usd > 0 && usd < 0.0001) return '<$0.0001'
  const digits = usd < 0.01 ? 4 : 2
  return `$${usd.toFixed(digits).replace(/\.?0+$/, '')}`
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/** "384 B", "274 MB", "5.2 GB": decimal units, as disks and services count. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`
  if (bytes < 1e6) return `${Math.round(bytes / 1000)} kB`
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}

/** "950", "88 k", "1.9 M": tokens are never known to the last digit that matters. */
export function tokensText(tokens: number): string {
  if (tokens < 1000) return String(Math.round(tokens))
  if (tokens < 9950) return `${(tokens / 1000).toFixed(1)} k`
  if (tokens < 999_500) return `${Math.round(tokens / 1000)} k`
  return tokens < 999_500_000 ? `${(tokens / 1e6).toFixed(1)} M` : `${(tokens / 1e9).toFixed(1)} G`
}

/** USD in a column of sums: "$0.021", "$0.50", "$3.12". */
export function sumText(usd: number): string {
  if (usd > 0 && usd < 0.0001) return '<$0.0001'
  return `$${usd.toFixed(usd < 0.001 ? 4 : usd < 0.1 ? 3 : 2)}`
}
