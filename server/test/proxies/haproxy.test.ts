// Forward-auth behind a real HAProxy.
import { proxyJourney } from './journey.ts'

proxyJourney('haproxy')
