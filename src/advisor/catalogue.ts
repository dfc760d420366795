import { clientTypeOf, type FlowId, flows } from './flows.ts'
import { followUps } from './follow-ups.ts'
import { policies, rulesVersion } from './policies/index.ts'
import { assumed, type QuestionId, questions } from './questions.ts'
import { type Source, sourceOf } from './sources.ts'

/** Everything that advice comes from, as data. */
export interface Catalogue {
  /** Changes whenever anything here does. */
  readonly rules_version: string
  /** In the order in which they are asked; `assumed` stands in where somebody is not sure. */
  readonly questions: readonly {
    readonly id: QuestionId
    readonly text: string
    readonly answers: readonly { readonly value: string; readonly text: string; readonly explanation: string }[]
    readonly assumed: string
  }[]
  /** The first rule whose `when` fits decides; the last of each fits everything. */
  readonly policies: readonly {
    readonly id: string
    readonly name: string
    readonly date: string
    readonly about: string
    readonly rules: readonly {
      readonly id: string
      readonly when: Readonly<Record<string, string>>
      readonly flow: FlowId
      readonly why: string
      readonly warnings: readonly { readonly when?: Readonly<Record<string, string>>; readonly text: string }[]
      /** Ids of `sources`. */
      readonly sources: readonly string[]
    }[]
  }[]
  readonly flows: readonly {
    readonly id: FlowId
    readonly name: string
    readonly headline: string
    readonly acts_for: string | null
    readonly client_type: 'confidential' | 'public' | null
    readonly grant_types: readonly string[]
    readonly response_types: readonly string[]
    readonly client_auth: readonly string[]
    /** Who withdrew it and when; null while it is in use. */
    readonly retired: string | null
  }[]
  /** What settles details once a flow is found. */
  readonly follow_ups: readonly {
    readonly id: string
    readonly text: string
    readonly answers: readonly { readonly value: string; readonly text: string }[]
  }[]
  /** By the names that the rules use. */
  readonly sources: readonly (Source & { readonly code: string })[]
}

export function catalogue(): Catalogue {
  const codes = new Set(policies.flatMap(({ rules }) => rules.flatMap(({ sources }) => sources)))
  return {
    rules_version: rulesVersion,
    questions: questions.map(({ id, text, choices }) => ({
      id,
      text,
      answers: choices.map(({ value, text, explanation }) => ({ value, text, explanation })),
      assumed: assumed[id],
    })),
    policies: policies.map(({ id, name, date, about, rules }) => ({
      id,
      name,
      date,
      about,
      rules: rules.map(({ id, when, flow, why, warnings = [], sources }) => ({
        id,
        when,
        flow,
        why,
        warnings,
        sources,
      })),
    })),
    flows: flows.map(flow => ({
      id: flow.id,
      name: flow.name,
      headline: flow.headline,
      acts_for: flow.acts_for,
      client_type: clientTypeOf(flow),
      grant_types: flow.grant_types,
      response_types: flow.response_types,
      client_auth: flow.client_auth,
      retired: flow.retired ?? null,
    })),
    follow_ups: followUps.map(({ id, text, choices }) => ({ id, text, answers: choices })),
    sources: [...codes].map(code => ({ code, ...sourceOf(code) })),
  }
}
