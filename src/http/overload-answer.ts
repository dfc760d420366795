import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorUri } from '../core/error-uri.ts'
import { reasons } from '../core/reasons.ts'
import { everyField, noStoreFields, pageFields } from './headers.ts'
import { statusPage } from './pages/error.ts'
import type { Site } from './pages/site.ts'

type OverloadAnswer = (request: IncomingMessage, response: ServerResponse, retry_after: number) => void

/** Answers 503 on the bare response, before anything is read or looked up: a page for people, JSON for programs. */
export function createOverloadAnswer(site: Site): OverloadAnswer {
  const reason = 'server-busy'
  const { error } = reasons[reason]
  const error_description = 'the server is busy; try again in a moment'
  const json = prepare(
    JSON.stringify({ error, error_description, error_uri: errorUri(site.issuer, reason) }),
    { ...noStoreFields, 'content-type': 'application/json' },
    site.issuer,
  )
  const page = prepare(statusPage({ status: 503 }, site), pageFields(), site.issuer)
  return (request, response, retry_after) => {
    const { fields, body } = request.headers.accept?.includes('text/html') ? page : json
    response.writeHead(503, { ...fields, 'retry-after': String(retry_after) }).end(body)
  }
}

function prepare(text: string, fields: Readonly<Record<string, string>>, issuer: string) {
  return {
    // As text it goes out in one piece with the head.
    body: text,
    fields: {
      ...everyField(issuer),
      ...fields,
      'content-length': String(Buffer.byteLength(text)),
    },
  }
}
