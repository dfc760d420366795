const text = { type: 'string', minLength: 1 } as const
const texts = { type: 'array', items: text } as const
/** Answers by the question that they are to. */
const when = { type: 'object', additionalProperties: text } as const

function object(properties: Readonly<Record<string, object>>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter(name => !optional.includes(name))
  return { type: 'object', additionalProperties: false, properties, required } as const
}

const list = (items: object) => ({ type: 'array', minItems: 1, items })

/** The shape of what `GET /api/advisor` answers (JSON Schema 2020-12). */
export const catalogueSchema: object = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'The questions, rules, flows and sources of the Grantwise advisor',
  ...object({
    rules_version: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
    questions: list(
      object({
        id: text,
        text,
        answers: list(object({ value: text, text, explanation: text })),
        assumed: text,
      }),
    ),
    policies: list(
      object({
        id: text,
        name: text,
        date: text,
        about: text,
        rules: list(
          object({
            id: text,
            when,
            flow: text,
            why: text,
            warnings: { type: 'array', items: object({ when, text }, ['when']) },
            sources: texts,
          }),
        ),
      }),
    ),
    flows: list(
      object({
        id: text,
        name: text,
        headline: text,
        acts_for: { enum: ['user', 'self', null] },
        client_type: { enum: ['confidential', 'public', null] },
        grant_types: texts,
        response_types: texts,
        client_auth: texts,
        retired: { type: ['string', 'null'] },
      }),
    ),
    follow_ups: list(object({ id: text, text, answers: list(object({ value: text, text })) })),
    sources: list(object({ code: text, id: text, title: text, section: text, url: text }, ['section', 'url'])),
  }),
}
