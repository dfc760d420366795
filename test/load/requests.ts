import { basic } from '../support/token.ts'

/** Writes requests out as they go over the wire. */
export interface Requests {
  get(path: string, headers?: Readonly<Record<string, string>>): string
  post(path: string, fields: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): string
}

export function requestsTo(issuer: string): Requests {
  const { host } = new URL(issuer)
  const head = (method: string, path: string, headers: Readonly<Record<string, string>>) =>
    [`${method} ${path} HTTP/1.1`, `host: ${host}`, ...Object.entries(headers).map(pair => pair.join(': '))].join(
      '\r\n',
    )
  return {
    get: (path, headers = {}) => `${head('GET', path, headers)}\r\n\r\n`,
    post(path, fields, headers = {}) {
      const body = new URLSearchParams(fields).toString()
      const about = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) }
      return `${head('POST', path, { ...about, ...headers })}\r\n\r\n${body}`
    },
  }
}

/** A token for the machine client of the document. */
export function clientCredentials({ post }: Requests): string {
  return post('/token', { grant_type: 'client_credentials' }, basic('job'))
}
