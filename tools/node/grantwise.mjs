#!/usr/bin/env node
// `npx grantwise` in a clone runs the sources. npx puts the clone's own Node first on the path.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 7)) {
  console.error(`Grantwise needs Node 24.7 or newer; this is ${process.version}. In a clone, run it as: npx grantwise`)
  process.exit(1)
}
await import('../../src/main.ts')
