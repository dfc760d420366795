type Headers = Readonly<Record<string, string>>

/** A request as bytes, built before the clock starts. */
export function getRequest(port: number, path: string, headers: Headers = {}): Buffer {
  return Buffer.from(`${head('GET', port, path, headers)}\r\n`)
}

export function formRequest(
  port: number,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Headers = {},
): Buffer {
  return openForm(port, path, fields, headers)('')
}

/** A form whose last field's value is still to come; everything but that and the length is made beforehand. */
export function openForm(
  port: number,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Headers = {},
): (value: string) => Buffer {
  const body = new URLSearchParams(fields).toString()
  const before = `${head('POST', port, path, headers)}content-type: application/x-www-form-urlencoded\r\ncontent-length: `
  // The values that come are base64url, which a form leaves as it is.
  return value => Buffer.from(`${before}${body.length + value.length}\r\n\r\n${body}${value}`)
}

/** RFC 6749 §2.3.1; ids and secrets here have nothing to encode. */
export function basic({
  client_id,
  client_secret,
}: {
  readonly client_id: string
  readonly client_secret: string
}): Headers {
  return { authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}` }
}

function head(method: string, port: number, path: string, headers: Headers): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${lines.join('')}`
}
