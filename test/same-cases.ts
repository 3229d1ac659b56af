import fc from 'fast-check'

// The same cases with each run, so that a failure is of the change at hand; FC_SEED looks further.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 1) })
