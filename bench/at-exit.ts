const tasks = new Set<() => void>()
process.once('exit', () => {
  for (const task of [...tasks].reverse()) task()
})

/** Does this when the process ends, however it ends short of SIGKILL; what it returns takes that back. */
export function atExit(task: () => void): () => void {
  tasks.add(task)
  return () => void tasks.delete(task)
}
