// Loaded before the program, so that it tells who started it what it holds. Plain JavaScript: no types to strip.
import { isMainThread } from 'node:worker_threads'

// Workers load it too.
if (isMainThread) {
  let heap = Number.POSITIVE_INFINITY
  // The least of what is seen between two questions is what a collection leaves.
  setInterval(() => {
    heap = Math.min(heap, process.memoryUsage().heapUsed)
  }, 250).unref()
  process.on('message', () => {
    const handles = process.getActiveResourcesInfo().filter(it => !it.startsWith('TCPSocket')).length
    process.send({ heap, handles })
    heap = Number.POSITIVE_INFINITY
  })
  process.channel.unref()
}
