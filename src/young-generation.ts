import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Bytes of V8's space for what dies soon. Beyond, memory grows, and a request takes hardly less time. */
const size = { atRest: 1024 * 1024, underLoad: 4 * 1024 * 1024 }
/** Requests until a server is no longer at rest, and between two looks from then on. */
const requestsAtRest = 1024
const requestsBetweenLooks = 64

let ours = false

/**
 * Left to itself, V8 grows this space sixteenfold while it loads modules, and never gives the memory back. To be called
 * before anything is loaded.
 */
export function keepYoungGenerationSmall(): void {
  ours = true
  growBy(1)
  // So small, it is emptied sooner by one thread than others are woken to help.
  setFlagsFromString('--no-parallel-scavenge')
}

/**
 * What is to be called for each request: after the first thousand the space is let grow, as far as that saves time. It
 * does nothing in a program that is somebody else's.
 */
export function growYoungGenerationUnderLoad(): () => void {
  let requests = 0
  let growing = ours
  return () => {
    if (!growing || ++requests < requestsAtRest || requests % requestsBetweenLooks !== 0) return
    growing = sizeOf() <= size.underLoad / 2
    growBy(growing ? size.underLoad / size.atRest : 1)
  }
}

function growBy(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`)
}

/** A little less than it was let grow to, since V8's own marks take some of it. */
function sizeOf(): number {
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
  return space === undefined ? size.underLoad : space.space_used_size + space.space_available_size
}
