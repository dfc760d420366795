import { memberOfNewApi, newApiProblems, repeatedScope, scopeNameOf, type TypedApi } from '../admin/new-api.ts'
import type { Problem } from '../admin/problem.ts'
import type { Params } from '../core/params.ts'
import { sentenceOf } from './new-client-form.ts'
import type { NewApiFaults } from './pages/new-api-fields.ts'

/** The API that was described besides the clients; nothing where nothing of it was typed. */
export function readTypedApi(form: Params): TypedApi | undefined {
  const text = (name: string): string => (form.get(name) ?? '').trim()
  const lines = (name: string) =>
    text(name)
      .split(/\r?\n/)
      .map(line => line.trim())
      .filter(line => line !== '')
  const typed = {
    audience: text('api_audience'),
    name: text('api_name'),
    scopes: lines('api_scopes'),
    user_scopes: lines('api_user_scopes'),
  }
  const empty = !typed.audience && !typed.name && typed.scopes.length + typed.user_scopes.length === 0
  return empty ? undefined : typed
}

const nothing: TypedApi = { audience: '', name: '', scopes: [], user_scopes: [] }

/** Everything that keeps the API from being registered, as far as its words say; nothing when nothing does. */
export function apiFaultsOf(typed: TypedApi = nothing): NewApiFaults | undefined {
  const { audience, name, scopes, user_scopes } = typed
  const problems = newApiProblems(typed)
  const says = (member: string): string | undefined => {
    const [first] = problems.filter(({ path }) => path === member)
    return first && sentenceOf(first)
  }
  const faults = {
    audience:
      audience === ''
        ? 'Type the address of the API: every token for it says that it is for this address.'
        : says('audience'),
    name: name === '' ? 'Give the API a name: people see it when they are asked for consent.' : says('name'),
    scopes: lineFault(scopes) ?? repeated(scopes),
    user_scopes: lineFault(user_scopes) ?? repeated(user_scopes, scopes),
  }
  return Object.values(faults).some(it => it !== undefined) ? faults : undefined
}

/** The first line that is no scope. */
function lineFault(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const [first] = newApiProblems({ ...nothing, scopes: [line] }).filter(({ path }) => path.startsWith('scopes'))
    if (first !== undefined) return `In the line of ${scopeNameOf(line)}: ${sentenceOf(first)}`
  }
  return undefined
}

function repeated(lines: readonly string[], before: readonly string[] = []): string | undefined {
  const twice = repeatedScope(lines, before)
  return twice === undefined ? undefined : `Give ${twice} one line: it has two.`
}

/** What registering found of the API, beside its field; nothing where it is not to blame. */
export function apiFaultsOfProblems(problems: readonly Problem[]): NewApiFaults | undefined {
  const own = problems.filter(it => memberOfNewApi(it) !== undefined)
  if (own.length === 0) return undefined
  const [first] = own.filter(it => memberOfNewApi(it) === 'audience')
  const [other] = own.filter(it => memberOfNewApi(it) !== 'audience')
  return { audience: first && sentenceOf(first), other: other && sentenceOf(other) }
}
