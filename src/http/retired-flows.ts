import type { Client } from '../core/client.ts'
import { grants } from '../core/grants/index.ts'
import { responseTypes } from '../core/response-types/index.ts'
import type { Retired } from '../core/retired.ts'

/** A retired flow that a client is registered for, as a request names it. */
export interface RegisteredRetired extends Retired {
  readonly parameter: 'grant_type' | 'response_type'
  readonly value: string
}

export function retiredFlowsOf({
  grant_types,
  response_types,
}: Pick<Client, 'grant_types' | 'response_types'>): readonly RegisteredRetired[] {
  return [
    ...responseTypes.flatMap(({ response_type: value, retired }): readonly RegisteredRetired[] =>
      retired && response_types.includes(value) ? [{ parameter: 'response_type', value, ...retired }] : [],
    ),
    ...grants.flatMap(({ grant_type: value, retired }): readonly RegisteredRetired[] =>
      retired && grant_types.includes(value) ? [{ parameter: 'grant_type', value, ...retired }] : [],
    ),
  ]
}
