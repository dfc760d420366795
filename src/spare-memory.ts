import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Bytes of V8's space for what dies soon. Beyond, memory grows, and a request takes hardly less time. */
const youngGeneration = { atRest: 1024 * 1024, underLoad: 8 * 1024 * 1024 }

/** Requests until the young generation may grow, and between two looks at it from then on. */
const requests = { untilGrown: 1024, betweenLooks: 64 }

let ours = false

/**
 * Where V8 is left to itself, starting grows the young generation sixteenfold and compiles for speed what runs only then;
 * a server at rest holds on to both. To be called before anything is loaded.
 */
export function spareMemory(): void {
  ours = true
  growBy(1)
  compileForSpeed(false)
  // So small, the young generation is emptied sooner by one thread than others are woken to help.
  setFlagsFromString('--no-parallel-scavenge')
}

/** What is to be called for each request: it gives back what was spared, in time. Nothing in a program that is somebody else's. */
export function spendMemoryUnderLoad(): () => void {
  let count = 0
  let growing = ours
  return () => {
    if (!growing) return
    // Any later, and V8 takes seconds to make up for what it did not count.
    if (count === 0) compileForSpeed(true)
    count++
    if (count < requests.untilGrown || count % requests.betweenLooks !== 0) return
    growing = sizeOf() <= youngGeneration.underLoad / 2
    growBy(growing ? youngGeneration.underLoad / youngGeneration.atRest : 1)
  }
}

function compileForSpeed(on: boolean): void {
  for (const compiler of ['opt', 'maglev']) setFlagsFromString(`--${on ? '' : 'no-'}${compiler}`)
}

function growBy(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`)
}

/** A little less than it was let grow to, since V8's own marks take some of it. */
function sizeOf(): number {
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
  return space === undefined ? youngGeneration.underLoad : space.space_used_size + space.space_available_size
}
