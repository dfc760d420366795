import { html as template } from 'htm/preact'
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'

/** A piece of a page whose every value is escaped when it is written out. */
export type Markup = VNode | VNode[]

/** Builds markup from a template: what is interpolated is text or an attribute's value, never markup of its own. */
export const html: (strings: TemplateStringsArray, ...values: unknown[]) => Markup = template

/** Writes a whole document out; the only place where markup becomes a string. */
export function toDocument(root: Markup): string {
  return `<!doctype html>${[root]
    .flat()
    .map(node => renderToString(node))
    .join('')}`
}

/** The address if it is a web page's, so that no stored `javascript:` or `data:` becomes a link. */
export function webAddress(address: string | undefined): URL | undefined {
  const url = address === undefined ? null : URL.parse(address)
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url : undefined
}
