// Every setting there is, in one table. docs/reference/configuration.md is compared with it by a test.
import {
  anyText,
  databaseUrl,
  hostNames,
  hostsWithPort,
  idleLimit,
  loginTokenLife,
  masterKeyText,
  networks,
  regions,
} from './forms.ts'
import {
  duration,
  durationOrNone,
  listenAddress,
  mountPath,
  oneOf,
  publicUrl,
  type Setting,
  wholeNumber,
} from './setting.ts'

function setting<Value, Fallback extends string | undefined>(
  name: string,
  fallback: Fallback,
  parse: (text: string) => Value,
  summary: string,
  isSecret = false,
): Setting<Value> & { readonly fallback: Fallback } {
  return { name, fallback, parse, summary, isSecret }
}

export const generalSettings = {
  host: setting('GATEHOUSE_HOST', '127.0.0.1', anyText, 'Address the main port listens on.'),
  port: setting('GATEHOUSE_PORT', '8080', wholeNumber(0, 65_535), 'The main port; 0 takes any free one and prints it.'),
  data: setting(
    'GATEHOUSE_DATA',
    './data',
    anyText,
    'Directory of the embedded database, the master key and the compile cache.',
  ),
  databaseUrl: setting(
    'GATEHOUSE_DATABASE_URL',
    undefined,
    databaseUrl,
    'PostgreSQL to use instead of the embedded database.',
    true,
  ),
  publicUrl: setting(
    'GATEHOUSE_PUBLIC_URL',
    undefined,
    publicUrl,
    'The address that people and programs use, when it is not the one listened on.',
  ),
  trustedProxies: setting(
    'GATEHOUSE_TRUSTED_PROXIES',
    '',
    networks,
    'Proxies whose X-Forwarded-For, X-Forwarded-Proto and questions of forward-auth are believed, comma separated.',
  ),
  masterKey: setting(
    'GATEHOUSE_MASTER_KEY',
    undefined,
    masterKeyText,
    'The master key itself: 32 bytes as base64 or hex.',
    true,
  ),
  masterKeyFile: setting(
    'GATEHOUSE_MASTER_KEY_FILE',
    undefined,
    anyText,
    'File of the master key, mode 0600. Embedded database: made in the data directory when unset.',
  ),
  passwordMin: setting(
    'GATEHOUSE_PASSWORD_MIN',
    '15',
    wholeNumber(8, 64),
    'Fewest characters of a password. Below 15 only with a required second factor (NIST SP 800-63B-4).',
  ),
  passwordMemory: setting(
    'GATEHOUSE_PASSWORD_MEMORY',
    '19456',
    wholeNumber(64, 1_048_576),
    'Argon2id memory in KiB. Below 19456 is for tests only.',
  ),
  passwordIterations: setting(
    'GATEHOUSE_PASSWORD_ITERATIONS',
    '2',
    wholeNumber(1, 20),
    'Argon2id iterations. Below 2 is for tests only.',
  ),
  workers: setting(
    'GATEHOUSE_WORKERS',
    '1',
    wholeNumber(1, 64),
    'Processes that serve; more than the cores help nobody.',
  ),
  logLevel: setting(
    'GATEHOUSE_LOG_LEVEL',
    'info',
    oneOf('debug', 'info', 'warn', 'error', 'silent'),
    'Least severe lines that are logged.',
  ),
  hosts: setting('GATEHOUSE_HOSTS', '', hostNames, 'Further host names that requests may name, comma separated.'),
  forwardHosts: setting(
    'GATEHOUSE_FORWARD_HOSTS',
    '',
    hostsWithPort,
    'Hosts of applications behind forward-auth, besides our own, each with its port if it has one, comma separated.',
  ),
  portainerProvider: setting(
    'GATEHOUSE_PORTAINER_PROVIDER',
    'portainer',
    anyText,
    'Id of the provider behind POST /auth/oauth/validate.',
  ),
  portainerOauthFlow: setting(
    'GATEHOUSE_PORTAINER_OAUTH_FLOW',
    'any',
    oneOf('any', 'bound'),
    'Which codes POST /auth/oauth/validate takes: any, as Portainer does, or only those of a flow that GET /settings/public bound to the browser.',
  ),
  cloudendureRegions: setting(
    'GATEHOUSE_CLOUDENDURE_REGIONS',
    '',
    regions,
    'Where the accounts of a region sign in at CloudEndure, as name=base, comma separated; a base is /api/latest, /api/v5 or a URL. A region that is not named here is served at /api/v5.',
  ),
  loginTokenLife: setting(
    'GATEHOUSE_CLOUDENDURE_LOGIN_TOKEN_LIFE',
    '1h',
    loginTokenLife,
    'How long a login token waits to be used, 1m to 1h.',
  ),
  adminUsername: setting(
    'GATEHOUSE_ADMIN_USERNAME',
    undefined,
    anyText,
    'Makes the first administrator at the first start, together with the password.',
  ),
  adminPassword: setting(
    'GATEHOUSE_ADMIN_PASSWORD',
    undefined,
    anyText,
    'Password of that first administrator; not used again afterwards.',
    true,
  ),
  freeFailures: setting(
    'GATEHOUSE_THROTTLE_FREE_FAILURES',
    '5',
    wholeNumber(1, 100),
    'Failed sign-ins of a name from one network before waiting begins.',
  ),
  firstWait: setting(
    'GATEHOUSE_THROTTLE_FIRST_WAIT',
    '1s',
    duration,
    'The first wait; each further failure doubles it.',
  ),
  longestWait: setting('GATEHOUSE_THROTTLE_LONGEST_WAIT', '15m', duration, 'The doubling wait stops here.'),
  networkFailures: setting(
    'GATEHOUSE_THROTTLE_NETWORK_FAILURES',
    '300',
    wholeNumber(1, 1_000_000),
    'Failed sign-ins from one network (/24, /56) in a window.',
  ),
  networkWindow: setting('GATEHOUSE_THROTTLE_NETWORK_WINDOW', '10m', duration, 'Length of that window.'),
  disableAfter: setting(
    'GATEHOUSE_THROTTLE_DISABLE_AFTER',
    '100',
    wholeNumber(5, 100),
    'Consecutive failures that disable a password until it is reset (NIST: at most 100). After as many a directory is not asked about that name until an hour has passed without one.',
  ),
  forgetAfter: setting(
    'GATEHOUSE_THROTTLE_FORGET_AFTER',
    '1h',
    duration,
    'A name without failure from a network for this long starts afresh.',
  ),
  inFlightClean: setting(
    'GATEHOUSE_THROTTLE_IN_FLIGHT',
    '20',
    wholeNumber(1, 1000),
    'Sign-ins of one name under way at once, without a recent failure.',
  ),
  inFlightAfterFailure: setting(
    'GATEHOUSE_THROTTLE_IN_FLIGHT_AFTER_FAILURE',
    '5',
    wholeNumber(1, 1000),
    'The same after a recent failure.',
  ),
} as const

/** What a dialect's settings default to: its site root and its lifetimes. */
export interface DialectDefaults {
  readonly mount: string
  readonly idle: string
  readonly life: string
  readonly tokenLife: string
}

export const dialectDefaults = {
  portainer: { mount: '/portainer', idle: 'none', life: '8h', tokenLife: 'none' },
  semaphore: { mount: '/semaphore', idle: '7d', life: '30d', tokenLife: 'none' },
  cloudendure: { mount: '/cloudendure', idle: '1h', life: '12h', tokenLife: '365d' },
  extremecloudiq: { mount: '/extremecloudiq', idle: 'none', life: '24h', tokenLife: '365d' },
} as const satisfies Record<string, DialectDefaults>

export type WireDialect = keyof typeof dialectDefaults
export const wireDialects = Object.keys(dialectDefaults) as readonly WireDialect[]

export function dialectSettings(name: WireDialect) {
  const prefix = `GATEHOUSE_${name.toUpperCase()}`
  const defaults = dialectDefaults[name]
  return {
    mount: setting(
      `${prefix}_MOUNT`,
      defaults.mount,
      mountPath,
      `Site root of the ${name} dialect on the main port; off disables it.`,
    ),
    listen: setting(
      `${prefix}_LISTEN`,
      undefined,
      listenAddress,
      `A further port on which ${name} stands at its documented base.`,
    ),
    publicUrl: setting(
      `${prefix}_PUBLIC_URL`,
      undefined,
      publicUrl,
      `Public address of that further port's site root.`,
    ),
    idle: setting(
      `${prefix}_SESSION_IDLE`,
      defaults.idle,
      idleLimit,
      `A ${name} session unused for this long is over.`,
    ),
    life: setting(
      `${prefix}_SESSION_LIFE`,
      defaults.life,
      duration,
      `A ${name} session is over after this, used or not.`,
    ),
    tokenLife: setting(
      `${prefix}_TOKEN_LIFE`,
      defaults.tokenLife,
      durationOrNone,
      `Longest life of a ${name} API token.`,
    ),
  } as const
}
