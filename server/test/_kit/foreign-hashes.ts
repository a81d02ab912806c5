// Password hashes as other systems store them, made here by the same algorithms, as cheap as they go.
import { hash as argon } from '@node-rs/argon2'
import { hash as bcrypt } from '@node-rs/bcrypt'

/** The numbers of the package's kinds, whose names are types only. */
const argonKinds = { argon2d: 0, argon2i: 1, argon2id: 2 } as const

export async function bcryptHash(password: string, prefix: '$2a' | '$2b' | '$2y' = '$2b'): Promise<string> {
  return `${prefix}${(await bcrypt(password, { cost: 4 })).slice(3)}`
}

export function argonHash(password: string, kind: keyof typeof argonKinds = 'argon2id'): Promise<string> {
  const cost = { memoryCost: 32, timeCost: 2, parallelism: 2 }
  return argon(password, { ...cost, algorithm: argonKinds[kind] as number })
}
