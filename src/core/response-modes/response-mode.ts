import type { Check } from '../check.ts'
import type { Client } from '../client.ts'

/** What a browser is given so that it carries the answer to the client. */
export type Delivery =
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'form_post'; readonly action: string; readonly fields: ResponseParams }
  /** For the window that opened the answer or frames it, if it is of this origin. */
  | { readonly kind: 'web_message'; readonly origin: string; readonly fields: ResponseParams }

/** The members of an authorization response, in order. */
export type ResponseParams = readonly (readonly [string, string])[]

/** One way to carry an authorization response: one file, one line in `index.ts`. */
export interface ResponseMode {
  readonly response_mode: string
  readonly spec: string
  /** @throws when an answer cannot be carried to this place of the client. */
  verify?(redirect_uri: string, client: Client, check: Check): void
  deliver(redirect_uri: string, params: ResponseParams): Delivery
}
