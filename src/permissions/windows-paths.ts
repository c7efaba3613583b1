const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i

/**
 * What makes a path dangerous on Windows; undefined when nothing does. UNC and device paths make the machine send
 * credentials or bypass normalisation; streams, short names and trailing dots are second names of other files.
 */
export function windowsPathProblem(given: string): string | undefined {
  const path = given.replaceAll('/', '\\')
  if (/^\\\?\?\\/.test(path) || /^\\\\[?.]\\/.test(path)) return 'device paths are not allowed'
  if (path.startsWith('\\\\')) return 'network (UNC) paths are not allowed'
  const drive = /^[a-z]:/i.exec(path)
  if (drive && path[2] !== '\\') return 'a drive needs a full path behind it'
  const rest = drive ? path.slice(2) : path
  if (rest.includes(':')) return 'a colon (drive or alternate data stream) is not allowed'
  if (/[<>"|?*\u0001-\u001f]/.test(rest)) return 'it contains characters that Windows forbids'
  for (const segment of rest.split('\\')) {
    if (segment === '' || segment === '.' || segment === '..') continue
    if (/[. ]$/.test(segment)) return 'a name ends with a dot or a space'
    if (DEVICE.test(segment.trimStart())) return `"${segment}" is a device name`
    if (/^[^~]{1,6}~\d/.test(segment)) return 'short (8.3) names are not allowed'
  }
  return undefined
}
