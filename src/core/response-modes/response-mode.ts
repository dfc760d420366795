/** What a browser is given so that it carries the answer to the client. */
export type Delivery =
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'form_post'; readonly action: string; readonly fields: ResponseParams }

/** The members of an authorization response, in order. */
export type ResponseParams = readonly (readonly [string, string])[]

/** One way to carry an authorization response: one file, one line in `index.ts`. */
export interface ResponseMode {
  readonly response_mode: string
  readonly spec: string
  deliver(redirect_uri: string, params: ResponseParams): Delivery
}
