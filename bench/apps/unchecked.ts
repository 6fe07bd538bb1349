/** What bin/dataflow.ts does for all environments, without judging the templates. */
import { buildApp, synthesize } from '../../lib/app';
import { platform } from '../../lib/config/platform';
import { parsePlatform } from '../../lib/config/validate';
import { pricedRegions } from '../../lib/cost/price-sheet';

const app = buildApp({ platform: parsePlatform(platform, { pricedRegions: pricedRegions() }), checks: 'none' });
synthesize(app);
