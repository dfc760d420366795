/** A backup that was not taken or not put back, with a sentence that says why and how to mend it. */
export class BackupRefused extends Error {
  override readonly name: string = 'BackupRefused'
}
