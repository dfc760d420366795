#!/usr/bin/env node
// The whole of it: an older Node has no such name to import, and could not say what it lacks.
import module from 'node:module'
import { spareMemory } from './spare-memory.ts'

spareMemory()
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 7)) {
  console.error(`Grantwise needs Node 24.7 or newer; this is ${process.version}. Install it from https://nodejs.org.`)
  process.exitCode = 2
} else {
  module.enableCompileCache()
  const { run } = await import('./cli/run.ts')
  process.exitCode = await run(process.argv.slice(2))
}
