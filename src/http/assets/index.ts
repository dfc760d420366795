import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

/** A file that pages link to. Its address changes with its content, so that it may be kept for ever. */
export interface Asset {
  /** Below the issuer's path. */
  readonly path: string
  readonly type: string
  readonly body: string
}

export const stylesheet: Asset = asset('grantwise', 'css', 'text/css; charset=utf-8')
/** What the advisor's pages need on top; no other page pays for it. */
export const advisorStylesheet: Asset = asset('advisor', 'css', 'text/css; charset=utf-8')
/** What the pages about errors need on top. */
export const errorStylesheet: Asset = asset('errors', 'css', 'text/css; charset=utf-8')
/** What the pages that register an app need on top. */
export const clientStylesheet: Asset = asset('clients', 'css', 'text/css; charset=utf-8')
/** What the pages about registered apps need on top. */
export const appsStylesheet: Asset = asset('apps', 'css', 'text/css; charset=utf-8')
export const favicon: Asset = asset('favicon', 'svg', 'image/svg+xml')

/** Goes on with the advisor in the browser. Pages work without it, and so does a checkout where nobody built it. */
export const advisorScript: Asset | undefined = script('advisor')
/** Says what is wrong with a redirect URI while it is typed. */
export const redirectUrisScript: Asset | undefined = script('redirect-uris')

/** Everything under /assets/. */
export const assets: readonly Asset[] = [
  stylesheet,
  advisorStylesheet,
  errorStylesheet,
  clientStylesheet,
  appsStylesheet,
  favicon,
  ...[advisorScript, redirectUrisScript].filter(it => it !== undefined),
]

/** One that `scripts/build-web.mjs` put here. */
function script(name: string): Asset | undefined {
  const built = existsSync(new URL(`${name}.js`, import.meta.url))
  return built ? asset(name, 'js', 'text/javascript; charset=utf-8') : undefined
}

function asset(name: string, extension: string, type: string): Asset {
  const body = readFileSync(new URL(`${name}.${extension}`, import.meta.url), 'utf8')
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12)
  return { path: `/assets/${name}-${hash}.${extension}`, type, body }
}
