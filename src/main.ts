#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'

// What a request leaves behind is small and dies at once. Left to itself, V8 grows the space for such things sixteenfold
// while it loads modules, and never gives the memory back.
setFlagsFromString('--semi-space-growth-factor=1')
enableCompileCache()
const { run } = await import('./cli/run.ts')
process.exitCode = await run(process.argv.slice(2))
