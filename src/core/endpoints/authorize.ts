import type { Login } from '../authorization.ts'
import { type AuthorizationRequest, parseAuthorizationRequest } from '../authorization-request.ts'
import { beginFamily } from '../begin-family.ts'
import type { Check } from '../check.ts'
import { type Choice, chooseLogin, type Present } from '../choose-login.ts'
import { type Client, namedClient } from '../client.ts'
import { errorUri } from '../error-uri.ts'
import { OAuthError } from '../errors.ts'
import { type Interaction, nextInteraction, type Progress } from '../interaction.ts'
import { mayIssue } from '../may-issue.ts'
import type { Params } from '../params.ts'
import type { Change } from '../ports.ts'
import { isSilent } from '../prompt.ts'
import { RedirectTarget } from '../redirect-target.ts'
import type { Delivery, ResponseMode, ResponseParams } from '../response-modes/response-mode.ts'
import { retiredUse } from '../retired.ts'
import type { Server } from '../server.ts'

/** Who is in front of the browser, and what they have done for this request. */
export interface Visitor {
  /** Everybody who is signed in there, the one used last first. */
  readonly present: readonly Present[]
  readonly progress: Progress
  /** The parked request they are answering, if any; its id is taken when its code is issued. */
  readonly parked: { readonly id: string; readonly expires_at: number } | undefined
  /** Of the request they began with; the family carries it on. */
  readonly journey_id: string
  /** They declined, on the page that asked. */
  readonly declined: boolean
  /** The browser keeps its session from us here, so whether somebody is signed in cannot be known. */
  readonly withheld: boolean
  /** Why it could not be found out who is there, if so; it is thrown once it is known where it may be told. */
  readonly failed?: unknown
}

/** Either the answer on its way to the client, or a question for the user. */
export type AuthorizeReply =
  | { readonly kind: 'deliver'; readonly delivery: Delivery; readonly client: Client }
  | {
      readonly kind: 'ask'
      readonly interaction: Interaction
      readonly request: AuthorizationRequest
      readonly login: Login | undefined
    }

/**
 * The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2): client, then redirect URI, then everything else.
 * `broken` says what failed on our side, where that must be answered without a page.
 * @throws errors that must stay with the user: those found before the redirect URI was proven (RFC 6749 §4.1.2.1).
 */
export async function authorize(
  params: Params,
  visitor: Visitor,
  server: Server,
  check: Check,
  broken: (error: unknown) => OAuthError,
): Promise<AuthorizeReply> {
  const client = await findClient(params, server, check)
  const target = RedirectTarget.prove(client, params, check)
  const silent = isSilent(params.get('prompt'))
  let mode: ResponseMode | undefined
  const deliver = (by: ResponseMode, answer: ResponseParams): AuthorizeReply => ({
    kind: 'deliver',
    client,
    delivery: by.deliver(target.redirect_uri, [
      ...answer,
      ...(target.state === undefined ? [] : [['state', target.state] as const]),
      // RFC 9207 §2: on success and on error, so that a client can tell servers apart.
      ['iss', server.issuer],
    ]),
  })
  try {
    mode = parseResponseMode(params, target, client, server, check)
    const request = await parseAuthorizationRequest(params, client, target, server, check)
    if (visitor.failed !== undefined) throw visitor.failed
    if (visitor.declined) throw check.refused('access-denied', 'the user declined')
    const choice = chooseLogin(visitor.present, request, visitor.progress)
    const asked = await ask(request, choice, visitor, server, check)
    return asked ?? deliver(mode, await answer(request, choice, visitor, server, check))
  } catch (error) {
    const refusal = error instanceof OAuthError ? error : silent ? broken(error) : undefined
    // How to answer is itself unknown: that stays here, unless no page may be shown.
    if (!refusal || (!mode && !silent)) throw error
    return deliver(mode ?? usualMode(params, server), [
      ['error', refusal.error],
      ['error_description', refusal.error_description],
      ['error_uri', errorUri(server.issuer, refusal.reason)],
    ])
  }
}

async function findClient(params: Params, server: Server, check: Check): Promise<Client> {
  const client_id = params.get('client_id')
  if (client_id === undefined) throw check.refused('client-id-missing', 'client_id is missing')
  const client = await server.store.client(client_id)
  if (!client)
    throw check.refused('client-unknown-at-authorize', 'no such client', { client_id: namedClient(client_id) })
  check.passed('client-unknown-at-authorize')
  return client
}

/** How this response_type is answered unless response_mode says otherwise. */
function usualMode(params: Params, { responseTypes, responseModes }: Server): ResponseMode {
  const response_type = params.get('response_type')?.split(' ').sort().join(' ')
  const usual = responseTypes.find(it => it.response_type === response_type)?.response_mode ?? 'query'
  const mode = responseModes.find(it => it.response_mode === usual)
  if (!mode) throw new TypeError(`a response type names the response mode ${usual}, which is none`)
  return mode
}

function parseResponseMode(
  params: Params,
  { redirect_uri }: RedirectTarget,
  client: Client,
  server: Server,
  check: Check,
): ResponseMode {
  const wanted = params.get('response_mode')
  const usual = usualMode(params, server).response_mode
  // OAuth 2.0 Multiple Response Types §3, §5: tokens never travel in a query, which servers log.
  const modes = server.responseModes.filter(it => usual !== 'fragment' || it.response_mode !== 'query')
  const mode = modes.find(it => it.response_mode === (wanted ?? usual))
  if (!mode) {
    const offered = modes.map(it => it.response_mode)
    throw check.refused('response-mode-unsupported', `response_mode must be one of: ${offered.join(', ')}`, {
      sent: wanted,
      offered,
    })
  }
  check.passed('response-mode-unsupported')
  mode.verify?.(redirect_uri, client, check)
  return mode
}

/** The question that comes next, if any; an error instead under `prompt=none` (OIDC Core §3.1.2.6). */
async function ask(
  request: AuthorizationRequest,
  choice: Choice,
  { progress, withheld }: Visitor,
  server: Server,
  check: Check,
): Promise<AuthorizeReply | undefined> {
  const { login } = choice
  const consented = login
    ? await server.store.consent(login.sub, request.client.client_id, request.resourceServer?.audience ?? '')
    : []
  const interaction = nextInteraction(request, choice, consented, progress, server.clock.now())
  const silent = request.prompt.includes('none')
  // An app that this user never let in is not to learn from a guessed login_hint who is signed in.
  const guessed = choice.hinted && consented.length === 0 && interaction !== undefined
  if (silent && (interaction === 'select_account' || guessed))
    throw check.refused('account-selection-required', 'the user would have to choose an account')
  if (interaction !== 'select_account') check.passed('account-selection-required')
  if (interaction === 'login') {
    if (silent && withheld)
      throw check.refused('session-cookie-withheld', 'the browser sends no session to a frame in another site')
    if (silent)
      throw check.refused('login-required', 'the user would have to sign in', {
        signed_in: login !== undefined,
        other_user: login !== undefined && request.sub !== undefined && login.sub !== request.sub,
        signed_in_at: login?.auth_time,
        max_age: request.max_age,
        now: server.clock.now(),
      })
    if (progress.login !== undefined && progress.login === login?.sid)
      throw check.refused('account-differs', 'another user signed in than the one asked for')
  } else {
    check.passed('session-cookie-withheld')
    check.passed('login-required')
  }
  if (interaction === 'consent' && silent && request.discloses.every(scope => consented.includes(scope)))
    throw check.refused('confirmation-required', 'the user would have to confirm that it is this app')
  if (interaction === 'consent' && silent)
    throw check.refused('consent-required', 'the user would have to consent', {
      asked: request.discloses,
      granted: consented,
    })
  if (interaction === undefined) {
    check.passed('consent-required')
    check.passed('confirmation-required')
  }
  return interaction && { kind: 'ask', interaction, request, login }
}

/** Begins the family of what was agreed and writes it down with what answers the request. */
async function answer(
  request: AuthorizationRequest,
  { login }: Choice,
  { progress, parked, journey_id }: Visitor,
  server: Server,
  check: Check,
): Promise<ResponseParams> {
  if (!login) throw new TypeError('an interaction was skipped')
  const user = await server.store.user(login.sub)
  if (!user || user.disabled) throw check.refused('user-refused', 'this account may not sign in here')
  for (const grant_type of request.responseType.grant_types) mayIssue(user, request.client, grant_type, check)
  const { client, scope, resourceServer, claims } = request
  const audience = resourceServer?.audience
  const family = beginFamily({ client_id: client.client_id, scope, audience, login, journey_id, claims }, server)
  const retired = retiredUse(request.responseType.response_type, request.responseType.retired, client)
  const { params, change } = await request.responseType.answer({ request, login, user, family }, server)
  const written: Change = {
    now: server.clock.now(),
    by: check.by('user', login.sub),
    begins: family,
    ...change,
    ...(retired ? { retired } : {}),
    ...(parked ? { parked } : {}),
    ...(progress.consent?.sub === login.sub
      ? {
          consent: {
            sub: login.sub,
            client_id: family.client_id,
            audience: family.audience ?? '',
            scope: progress.consent.scope,
          },
        }
      : {}),
  }
  const result = await server.store.commit(written)
  if (result !== 'committed')
    throw check.refused('request-answered', 'this request was answered already, or its user signed out')
  check.passed('request-answered')
  check.journey.stored(written)
  server.store.noteUse(client.client_id, written.now)
  return params
}
