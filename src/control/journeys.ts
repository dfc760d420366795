import { once } from 'node:events'
import type { Journeys } from '../journeys/journeys.ts'
import type { Commands } from './server.ts'

/** The journeys, for the command line. */
export function journeysCommands(journeys: Journeys): Commands {
  const { sampling } = journeys
  return {
    async journeys({ after, limit }, { send }) {
      send({ sampling, ...(await journeys.list({ after: text(after), limit: Number(limit) || 50 })) })
    },
    async journey({ id }, { send }) {
      const journey = (await journeys.journey(text(id) ?? '')) ?? (await journeys.find(text(id) ?? ''))?.journey
      send(journey ? { journey } : { error: 'no journey has this id or reference number, or it is forgotten' })
    },
    async follow({ id }, { send, gone }) {
      const only = text(id)
      let missed = 0
      const stop = journeys.follow(happening => {
        if (only !== undefined && happening.journey.id !== only) return
        missed = send(missed > 0 ? { ...happening, missed } : happening) ? 0 : missed + 1
      })
      send({ sampling })
      if (!gone.aborted) await once(gone, 'abort')
      stop()
    },
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
