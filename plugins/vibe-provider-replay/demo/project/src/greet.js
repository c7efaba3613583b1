/** A greeting that fits the hour, 0 to 23. */
export function greet(name, hour) {
  return `Good ${partOfDay(hour)}, ${name}!`
}

/** The afternoon begins at twelve, the evening at eighteen. */
export function partOfDay(hour) {
  if (hour <= 12) return 'morning'
  if (hour < 18) return 'afternoon'
  return 'evening'
}
