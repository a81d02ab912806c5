// A process of its own: it unpacks the Chromium that comes from the registry into its temporary directory (TMPDIR),
// since the package asks nothing else, and prints where the program is.
import chromium from '@sparticuz/chromium'

process.stdout.write(await chromium.executablePath())
