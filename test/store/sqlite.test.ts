import { storeContract } from './contract.ts'
import { temporaryDatabase } from './temporary-database.ts'

storeContract('SQLite', temporaryDatabase)
