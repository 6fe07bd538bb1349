/** What bin/dataflow.ts does for all environments, without judging the templates. */
import { buildApp } from '../../lib/app';
import { platform } from '../../lib/config/platform';
import { parsePlatform } from '../../lib/config/validate';
import { pricedRegions } from '../../lib/cost/price-sheet';
import { summarize } from '../../lib/review/summary';

const app = buildApp({ platform: parsePlatform(platform, { pricedRegions: pricedRegions() }), checks: 'none' });
console.error(summarize(app.synth().directory));
