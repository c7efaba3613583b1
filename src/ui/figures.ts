/** USD with as many digits as a small amount needs: "$0.0001", "$0.02", "$3". */
export function money(usd: number): string {
  if (usd > 0 && usd < 0.0001) return '<$0.0001'
  const digits = usd < 0.01 ? 4 : 2
  return `$${usd.toFixed(digits).replace(/\.?0+$/, '')}`
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
