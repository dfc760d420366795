import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorUri } from '../core/error-uri.ts'
import { reasons } from '../core/reasons.ts'
import { everyField, noStoreFields, pageFields } from './headers.ts'
import { statusPage } from './pages/error.ts'
import type { Site } from './pages/site.ts'

interface Refusal {
  /** Seconds. */
  readonly retry_after: number
  /** Its path is one that pages of other origins may read. */
  readonly cors: boolean
}

type OverloadAnswer = (request: IncomingMessage, response: ServerResponse, refusal: Refusal) => void

/**
 * So that an app in a browser sees a 503 and no broken network. Which origin asks would have to be looked up; what is
 * the same for everybody, anybody may read.
 */
const corsFields = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Retry-After, X-Request-Id',
}

/** Answers 503 on the bare response, before anything is read or looked up: a page for people, JSON for programs. */
export function createOverloadAnswer(site: Site, requestId: () => string): OverloadAnswer {
  const reason = 'server-busy'
  const { error } = reasons[reason]
  const error_description = 'the server is busy; try again in a moment'
  const json = prepare(
    JSON.stringify({ error, error_description, error_uri: errorUri(site.issuer, reason) }),
    { ...noStoreFields, 'content-type': 'application/json' },
    site.issuer,
  )
  const page = prepare(statusPage({ status: 503 }, site), pageFields(), site.issuer)
  return (request, response, { retry_after, cors }) => {
    const { fields, body } = request.headers.accept?.includes('text/html') ? page : json
    const own = { 'retry-after': String(retry_after), 'x-request-id': requestId() }
    response.writeHead(503, cors ? { ...fields, ...corsFields, ...own } : { ...fields, ...own }).end(body)
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
