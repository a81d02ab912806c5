// Makes the secrets that we hand out and the hashes under which they are found. The likely misreading: a JWT
// is signed for readers elsewhere; here it is found by its hash like every other token, never by its signature.
import { Secret } from '../../lib/secret.ts'
import type { DialectName, Instant, TokenHash } from '../ids.ts'
import type { Keys } from '../keys/keys.ts'
import type { Digest, Permissions, Randomness, TokenSpelling, TokenSubject } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import type { TokenKind } from './token.ts'

export interface MintNeeds {
  readonly randomness: Randomness
  readonly digest: Digest
  readonly keys: Keys
  readonly spellings: readonly TokenSpelling[]
  /** `iss` of every JWT: the public URL, else `urn:uuid:` and the installation's id. */
  readonly issuer: string
}

export interface Minted {
  readonly secret: Secret
  readonly hash: TokenHash
  readonly shown: string
}

/** A credential as a door found it in a request. */
export interface Presented {
  readonly secret: Secret
  /** What it may be at this place; a token of another kind is not accepted there. */
  readonly kinds: readonly TokenKind[]
  /** When it is no live token, the next one decides instead of a refusal. */
  readonly isTentative?: boolean
}

/** What some bytes may be spelled as. */
export interface Spelled {
  /** Made when asked for: most bytes are found as they stand. */
  hash(): TokenHash
  /** Whether a token found under this hash is one that these bytes stand for. */
  isFor(token: { readonly kind: TokenKind; readonly dialect: DialectName }): boolean
}

export interface Mint {
  /** 256 random bits as they stand: cookies, opaque access tokens, one-time secrets. */
  opaque(): Minted
  /** 256 random bits in the dialect's spelling: API and agent tokens. @throws Refusal `field-invalid`: nobody speaks it here. */
  api(dialect: DialectName): Minted
  /** The access token of a session: a JWT where the dialect has one. */
  access(dialect: DialectName, subject: TokenSubject, from: Instant, until: Instant): Promise<Minted>
  /** Undefined where a token of the dialect is never narrowed by its own words. */
  permissionsOf(dialect: DialectName): Permissions | undefined
  /** What a browser's script must send back with this cookie: bound to it by a MAC, so nothing is stored (CSRF). */
  forgeryToken(cookie: Secret): Secret
  isForgeryTokenOf(cookie: Secret, text: string): boolean
  /** Every spelling that these bytes may be found under, each once, as they stand first: for introspection. */
  spelledOf(secret: Secret): readonly Spelled[]
  /** The hash a presented credential would be found under. */
  hashOf(dialect: DialectName, presented: Presented): TokenHash
}

/** Cookies and access tokens; API and agent tokens have a canonical spelling. */
function isKeptAsItStands({ kind }: { readonly kind: TokenKind }): boolean {
  return kind === 'cookie' || kind === 'access'
}

/** The different texts that these bytes are to the dialects, as they stand first, with the dialects of each. */
function byText(text: string, spellings: Iterable<TokenSpelling>): ReadonlyMap<string, readonly DialectName[]> {
  const dialectsOf = new Map<string, DialectName[]>([[text, []]])
  for (const { dialect, canonical } of spellings) {
    const spelled = canonical(text)
    const dialects = dialectsOf.get(spelled)
    if (dialects === undefined) dialectsOf.set(spelled, [dialect])
    else dialects.push(dialect)
  }
  return dialectsOf
}

export function createMint(needs: MintNeeds): Mint {
  const spellings = new Map(needs.spellings.map((spelling) => [spelling.dialect, spelling]))
  return {
    ...minting(needs, spellings),
    ...finding(needs, spellings),
    ...guarding(needs),
    permissionsOf: (dialect) => spellings.get(dialect)?.permissions,
  }
}

type Spellings = ReadonlyMap<DialectName, TokenSpelling>

/** @throws Refusal `field-invalid`. */
function spellingOf(spellings: Spellings, dialect: DialectName): TokenSpelling {
  const spelling = spellings.get(dialect)
  if (spelling !== undefined) return spelling
  throw new Refusal('field-invalid', { field: 'dialect', hint: `Nobody speaks ${dialect} here.` })
}

/** New ones. */
function minting(needs: MintNeeds, spellings: Spellings): Pick<Mint, 'opaque' | 'api' | 'access'> {
  const { randomness, digest } = needs

  function minted(text: string, canonical: string, shownLength = 8): Minted {
    return { secret: new Secret(text), hash: digest.sha256(canonical) as TokenHash, shown: text.slice(0, shownLength) }
  }

  function opaque(): Minted {
    const text = randomness.text(32)
    return minted(text, text)
  }

  function spelledOpaque(spell: (random: string) => string = (random) => random): Minted {
    const text = spell(randomness.text(32))
    return minted(text, text)
  }

  return {
    opaque,
    api(dialect) {
      const spelling = spellingOf(spellings, dialect)
      const text = spelling.apiToken(randomness.text(32))
      return minted(text, spelling.canonical(text), spelling.shownLength)
    },
    async access(dialect, subject, from, until) {
      const { claims, accessToken } = spellingOf(spellings, dialect)
      if (claims === undefined) return spelledOpaque(accessToken)
      const text = await needs.keys.sign({
        iss: needs.issuer,
        aud: dialect,
        sub: subject.uuid,
        client_id: dialect,
        jti: randomness.text(16),
        iat: Math.floor(from / 1000),
        exp: Math.floor(until / 1000),
        ...claims(subject),
      })
      return minted(text, text)
    },
  }
}

/** What a cookie's page shows that it is one of ours. */
function guarding({ digest }: MintNeeds): Pick<Mint, 'forgeryToken' | 'isForgeryTokenOf'> {
  function forgeryToken(cookie: Secret): Secret {
    return new Secret(digest.mac('xsrf', cookie.reveal()))
  }

  return {
    forgeryToken,
    // Compared as hashes: how long that takes says nothing of what they are hashes of.
    isForgeryTokenOf: (cookie, text) => digest.sha256(text) === digest.sha256(forgeryToken(cookie).reveal()),
  }
}

/** What tokens that come along are found under. */
function finding({ digest }: MintNeeds, spellings: Spellings): Pick<Mint, 'spelledOf' | 'hashOf'> {
  return {
    spelledOf(secret) {
      const text = secret.reveal()
      return [...byText(text, spellings.values())].map(([spelled, dialects]) => ({
        hash: () => digest.sha256(spelled) as TokenHash,
        isFor: (token) => (isKeptAsItStands(token) ? spelled === text : dialects.includes(token.dialect)),
      }))
    },
    hashOf(dialect, presented) {
      const text = presented.secret.reveal()
      const isSpelled = presented.kinds.includes('api') || presented.kinds.includes('agent')
      return digest.sha256(isSpelled ? spellingOf(spellings, dialect).canonical(text) : text) as TokenHash
    },
  }
}
