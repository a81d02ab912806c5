// The curl examples of /docs do what they say: copied into a shell beside a server, each sign-in signs in, each plain
// question is answered, and each sign-out is done.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  ExtremeCloudIqAuthenticationApi,
  ExtremeCloudIqConnection,
  GatehouseConnection,
  GatehouseSessionApi,
  PortainerAuthApi,
  PortainerConnection,
  SemaphoreAuthenticationApi,
} from '../../../client/src/index.ts'
import { freshDirectory } from '../_kit/directory.ts'
import { semaphoreLogin } from '../_kit/doors.ts'
import { adminPassword as password, adminName as username } from '../_kit/house.ts'
import { runScript } from '../_kit/script.ts'
import { type Served, serveFresh } from '../_kit/served.ts'

interface Api {
  readonly signIn: string
  /** The sign-in's status by its document. */
  readonly signedIn: string
  readonly signOut: string
  readonly signedOut: string
  /** Where programs go by a token, not by cookies. */
  readonly token?: (origin: string) => Promise<string | undefined>
}

const apis: Readonly<Record<string, Api>> = {
  api: {
    signIn: 'signIn',
    signedIn: '201',
    signOut: 'signOut',
    signedOut: '204',
    async token(baseUrl) {
      const session = new GatehouseSessionApi(new GatehouseConnection({ baseUrl }))
      return (await session.signIn({ username, password })).accessToken
    },
  },
  portainer: {
    signIn: 'AuthenticateUser',
    signedIn: '200',
    signOut: 'Logout',
    signedOut: '204',
    async token(origin) {
      const connection = new PortainerConnection({ baseUrl: `${origin}/portainer/api` })
      return (await new PortainerAuthApi(connection).authenticateUser({ username, password })).jwt
    },
  },
  semaphore: {
    signIn: 'authLoginPost',
    signedIn: '204',
    signOut: 'authLogoutPost',
    signedOut: '204',
    async token(origin) {
      const connection = await semaphoreLogin({ origin }, username, password)
      return (await new SemaphoreAuthenticationApi(connection).userTokensPost()).id
    },
  },
  cloudendure: { signIn: 'loginPost', signedIn: '200', signOut: 'logoutPost', signedOut: '204' },
  extremecloudiq: {
    signIn: 'login',
    signedIn: '200',
    signOut: 'logout',
    signedOut: '200',
    async token(origin) {
      const connection = new ExtremeCloudIqConnection({ baseUrl: `${origin}/extremecloudiq` })
      const { access_token } = await new ExtremeCloudIqAuthenticationApi(connection).login({ username, password })
      return access_token
    },
  },
}

/** What goes on for long, is asked by proxies or browsers only, or needs an API token and no session. */
const others = new Set([
  ...['followAudit', 'forwardAuth', 'getCurrentApiTokenInfo'],
  ...['authOidcProviderIdLoginGet', 'authOidcProviderIdRedirectGet'],
])

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

/** By operation id. */
async function examplesOf(origin: string, name: string): Promise<ReadonlyMap<string, string>> {
  const page = await (await fetch(`${origin}/docs/${name}`)).text()
  const sections = page.matchAll(/<section id="(\w+)"[^>]*>(?:(?!<\/section>)[\s\S])*?<code>(curl [\s\S]*?)<\/code>/g)
  return new Map([...sections].map(([, id = '', curl = '']) => [id, unescapeHtml(curl)]))
}

describe('the curl examples of /docs', () => {
  let served: Served
  before(async () => {
    served = await serveFresh()
  })
  after(() => served[Symbol.asyncDispose]())

  for (const [name, { signIn, signedIn, signOut, signedOut, token }] of Object.entries(apis)) {
    test(name, async () => {
      using directory = freshDirectory()
      const examples = await examplesOf(served.origin, name)
      const isQuestion = ([id, curl]: readonly [string, string]) => /^curl -X GET "[^"]*"/.test(curl) && !others.has(id)
      const questions = [...examples].filter(isQuestion).filter(([, curl]) => !/\$(?!GATEHOUSE|TOKEN)/.test(curl))
      assert.ok(questions.length > 0)
      const filled = (examples.get(signIn) ?? '')
        .replace(/"(username|auth)": "[^"]*"/, `"$1": "${username}"`)
        .replace(/"password": "[^"]*"/, `"password": "${password}"`)
        // Only one kind of credential signs in.
        .replace(
          /^ {2}"(loginToken|userApiToken|agentInstallationToken|accountIdentifier|googleOauthCode)": .*\n/gm,
          '',
        )
        .replace(/,\n\}/, '\n}')
      const asked = [filled, ...questions.map(([, curl]) => curl), examples.get(signOut) ?? '']
      const script = [
        `cd ${directory.path}`,
        `GATEHOUSE=${served.origin} TOKEN=${(await token?.(served.origin)) ?? 'none'}`,
        ...asked.map((curl) => curl.replace(/^curl /, "curl -s -o answer -w '%{http_code}\\n' ")),
      ].join('\n')
      const { code, stdout, stderr } = await runScript(script, served.settings)
      assert.deepEqual([code, stderr], [0, ''])
      assert.deepEqual(stdout.trim().split('\n'), [signedIn, ...questions.map(() => '200'), signedOut], script)
    })
  }
})
