const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Lets work remove what is half done before a signal has its way. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopped = new AbortController()
  let by: NodeJS.Signals | undefined
  const stop = (name: NodeJS.Signals) => {
    by = name
    stopped.abort()
  }
  for (const name of signals) process.once(name, stop)
  try {
    return await work(stopped.signal)
  } finally {
    for (const name of signals) process.off(name, stop)
    if (by !== undefined) process.kill(process.pid, by)
  }
}
