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
