// Forward-auth behind a real nginx.
import { proxyJourney } from './journey.ts'

proxyJourney('nginx')
