import type { ResourceServer } from '../../core/resource-server.ts'
import { html, type Markup } from './html.ts'
import { scopeWords } from './scope-words.ts'

/** The API that a page names, with the words for its scopes. */
export type Api = Pick<ResourceServer, 'name' | 'scopes'>

/** Every scope in people's words: first what is about the person, then what is done in the API. */
export function scopeList(scopes: readonly string[], api: Api | undefined): Markup {
  const own = scopes.filter(scope => Object.hasOwn(scopeWords, scope))
  const others = scopes.filter(scope => !Object.hasOwn(scopeWords, scope))
  return html`
    ${own.length > 0 && html`<ul class="scopes">${own.map(scope => html`<li>${scopeWords[scope]}</li>`)}</ul>`}
    ${others.length > 0 && api && html`<h2>In <bdi>${api.name}</bdi></h2>`}
    ${others.length > 0 && html`<ul class="scopes">${others.map(scope => html`<li>${meaning(scope, api)}</li>`)}</ul>`}`
}

/** The operator's words for a scope; its bare name where there are none, since hiding it would be worse. */
function meaning(scope: string, api: Api | undefined): string | Markup {
  const words = api && Object.hasOwn(api.scopes, scope) ? api.scopes[scope]?.description : undefined
  return words || html`Use the permission <code>${scope}</code>`
}
