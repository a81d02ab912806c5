// Forward-auth behind a real Caddy.
import { proxyJourney } from './journey.ts'

proxyJourney('caddy')
