/** What every page knows of the server that shows it. */
export interface Site {
  /** The issuer; its path, if any, comes before every link of ours. */
  readonly issuer: string
  /** The advisor as files on a web host: no server stands behind it, and its issuer is an example. */
  readonly standalone?: true
  /** Something everybody should read before they go on. */
  readonly notice?: Notice
  /** Where the page is among those of the site, and who looks. A page within a protocol flow is nowhere: nobody is led away. */
  readonly navigation?: { readonly at: Place; readonly visitor: Visitor }
}

/** What the pages of the site are about, as their navigation has it. */
export type Place = 'advisor' | 'flows' | 'doctor' | 'errors' | 'apps' | 'account'

/** What decides which pages somebody is led to. */
export interface Visitor {
  readonly signedIn: boolean
  /** Administrators, and whoever owns an app. */
  readonly looksAfterApps: boolean
}

export interface Notice {
  readonly tone: 'information' | 'retired'
  readonly text: string
}

/** A path of this server as its pages link to it; the host stays out, so that it works behind any name that leads here. */
export function pathOf(site: Site, path: string): string {
  // Files may lie in any folder of any host.
  if (site.standalone) return `.${path}`
  return new URL(site.issuer).pathname.replace(/\/$/, '') + path
}
