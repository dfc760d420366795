/** A command that has done its work and answers with more than yes: what it had to say is printed. */
export class Finished extends Error {
  override readonly name: string = 'Finished'
  readonly exitCode: number

  constructor(exitCode: number) {
    super(`finished with ${exitCode}`)
    this.exitCode = exitCode
  }
}
