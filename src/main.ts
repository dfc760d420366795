#!/usr/bin/env node
// The whole of it: an older Node has no such name to import, and could not say what it lacks.
import module from 'node:module'
import { setFlagsFromString } from 'node:v8'

// What a request leaves behind is small and dies at once. Left to itself, V8 grows the space for such things sixteenfold
// while it loads modules, and never gives the memory back.
setFlagsFromString('--semi-space-growth-factor=1')
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 7)) {
  console.error(`Grantwise needs Node 24.7 or newer; this is ${process.version}. Install it from https://nodejs.org.`)
  process.exitCode = 2
} else {
  module.enableCompileCache()
  const { run } = await import('./cli/run.ts')
  process.exitCode = await run(process.argv.slice(2))
}
