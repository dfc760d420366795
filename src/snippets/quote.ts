/** A string of JavaScript, also inside a page's script element, whatever is in it. */
export function js(value: string): string {
  return `'${escaped(value, /[\\'<]/g)}'`
}

/** A string of Python, whatever is in it. */
export function py(value: string): string {
  return `"${escaped(value, /[\\"]/g)}"`
}

/** One word of a POSIX shell, whatever is in it. */
export function sh(value: string): string {
  return /^[\w./:@%+=,-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`
}

/** A part of an address that also stands in any quotes. */
export function percentEncoded(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, it => `%${it.charCodeAt(0).toString(16).toUpperCase()}`)
}

/**
 * A value in a `.env` file, as Node, Python's dotenv and a shell read it alike; nothing where they do not agree on any
 * way to write it.
 */
export function envValue(value: string): string | undefined {
  if (/^[\w./:@%+=,-]*$/.test(value)) return value
  // dotenv fills in ${…} within any quotes, and takes a backslash for an escape.
  if (/\p{Cc}|\\|\$\{/u.test(value)) return undefined
  if (!value.includes("'")) return `'${value}'`
  return /["\\$`]/.test(value) ? undefined : `"${value}"`
}

/** What ends a string or a line in either language becomes an escape that both read. */
function escaped(value: string, own: RegExp): string {
  const unsafe = new RegExp(`${own.source}|[\\p{Cc}\\u2028\\u2029]`, 'gu')
  return value.replace(unsafe, it =>
    /[\\'"]/.test(it) ? `\\${it}` : `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
