import { readFileSync } from 'node:fs'
import { type Diagnosis, diagnose } from '../../src/doctor/diagnose.ts'
import { recognise } from '../../src/doctor/subject.ts'

export const now = 1_800_000_000

/** The metadata of a server of somebody's, as it publishes it. */
export function published(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'))
}

/** What there is to say about what was given, as text or as what its JSON would be. */
export function look(given: unknown, asked?: string): readonly Diagnosis[] {
  const subject = recognise(typeof given === 'string' ? given : JSON.stringify(given))
  if (subject.kind === 'issuer') throw new Error('an issuer is fetched first')
  return diagnose(subject, { now, ...(asked === undefined ? {} : { asked }) })
}

/** Of each finding the severity and the id. */
export function found(given: unknown, asked?: string): readonly string[] {
  return look(given, asked).flatMap(({ findings }) => findings.map(({ severity, id }) => `${severity} ${id}`))
}
