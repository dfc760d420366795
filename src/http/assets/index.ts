import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

/** A file that pages link to. Its address changes with its content, so that it may be kept for ever. */
export interface Asset {
  /** Below the issuer's path. */
  readonly path: string
  readonly type: string
  readonly body: string
}

export const stylesheet: Asset = sheet('grantwise')
/** The navigation of the site, which pages within a protocol flow have not. */
export const siteStylesheet: Asset = sheet('site')
/** What the advisor's pages need on top; no other page pays for it. */
export const advisorStylesheet: Asset = sheet('advisor', ['advisor', 'stacks'])
/** What the pages about errors need on top. */
export const errorStylesheet: Asset = sheet('errors')
/** What the pages that register an app need on top. */
export const clientStylesheet: Asset = sheet('clients', ['findings', 'clients', 'stacks'])
/** What the pages about registered apps need on top. */
export const appsStylesheet: Asset = sheet('apps', ['findings', 'apps'])
export const favicon: Asset = asset('favicon', 'svg', 'image/svg+xml', read('favicon.svg'))

/** Goes on with the advisor in the browser. Pages work without it, and so does a checkout where nobody built it. */
export const advisorScript: Asset | undefined = script('advisor')
/** Says what is wrong with a redirect URI while it is typed. */
export const redirectUrisScript: Asset | undefined = script('redirect-uris')

/** Everything under /assets/. */
export const assets: readonly Asset[] = [
  stylesheet,
  siteStylesheet,
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
  return built ? asset(name, 'js', 'text/javascript; charset=utf-8', read(`${name}.js`)) : undefined
}

/** One stylesheet of several files, in this order: some things look the same on pages that share little else. */
function sheet(name: string, files: readonly string[] = [name]): Asset {
  return asset(name, 'css', 'text/css; charset=utf-8', files.map(file => read(`${file}.css`)).join('\n'))
}

function read(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8')
}

function asset(name: string, extension: string, type: string, body: string): Asset {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12)
  return { path: `/assets/${name}-${hash}.${extension}`, type, body }
}
