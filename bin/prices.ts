#!/usr/bin/env node
/** Compares the price sheet with AWS' price list, by the AWS CLI and its credentials; writes it only when told to. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cliArguments, priceQueries, refresh, type Row } from '../lib/cost/price-refresh';
import { pricedRegions } from '../lib/cost/price-sheet';

const usage = `Usage: npm run -s prices -- [--write] [--answers FOLDER]
  --write           write what has changed to lib/cost/prices.json. Default: print it, and exit with 1 if there is any
  --answers FOLDER  read answers of the API from FOLDER/SERVICE-REGION.json in place of asking it
Needs the AWS CLI, and credentials that may call pricing:GetProducts; exits with 2 if it cannot ask.`;

const sheet = join(__dirname, '../lib/cost/prices.json');

function run(): number {
  const { values } = parseArgs({
    options: { write: { type: 'boolean', default: false }, answers: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const rows = JSON.parse(readFileSync(sheet, 'utf8')) as Row[];
  const known = new Map<string, unknown>();
  const answer = (serviceCode: string, region: string): unknown => {
    const name = `${serviceCode}-${region}`;
    if (!known.has(name)) known.set(name, values.answers === undefined ? ask(serviceCode, region) : recorded(values.answers, name));
    return known.get(name);
  };
  const { rows: next, changes, left } = refresh(rows, pricedRegions(), answer);
  for (const change of changes) console.log(change);
  for (const row of left) console.error(`left as it is: ${row}`);
  console.error(`${priceQueries.length} of ${rows.length} rows can be asked for; ${changes.length} prices differ`);
  if (!values.write) return changes.length > 0 ? 1 : 0;
  // A row a line, as the sheet has always been: a change of a price is a change of a line.
  writeFileSync(sheet, `[\n${next.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`);
  return 0;
}

function ask(serviceCode: string, region: string): unknown {
  const text = execFileSync('aws', [...cliArguments(serviceCode, region)], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(text);
}

function recorded(folder: string, name: string): unknown {
  const file = join(folder, `${name}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { PriceList: [] };
}

try {
  process.exitCode = run();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}
