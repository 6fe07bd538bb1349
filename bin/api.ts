#!/usr/bin/env node
/** Lints the contract of the public API, holds it against the last released one, and releases it. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import type { Json } from '../lib/api/compatibility/document';
import { twelveMonthsAfter } from '../lib/api/compatibility/operations';
import { judgeContract, parseReleases, renderChange, type Release } from '../lib/api/releases';

const usage = `Usage: npm run -s api -- check [--on YYYY-MM-DD] [--contract FILE] [--released FOLDER]
       npm run -s api -- release VERSION --on YYYY-MM-DD
  check            all that the linter finds, and all that breaks clients of the last released contract; exits with 1 if there is anything
  release VERSION  the same, then the contract as it stands becomes that release, which nothing changes any more
  --on YYYY-MM-DD  the day: an operation may go once its sunset is over, and a new sunset is 12 months away. Without it no sunset is over`;

const api = join(__dirname, '../api');
const read = (file: string): Json => parse(readFileSync(file, 'utf8')) as Json;

async function lintFindings(contract: string): Promise<string[]> {
  // A module of the newer kind, which older versions of Node load in silence in this way alone.
  const { lint, loadConfig } = await import('@redocly/openapi-core');
  const config = await loadConfig({ configPath: join(api, 'redocly.yaml') });
  const problems = await lint({ ref: contract, config });
  return problems.map(({ ruleId, message, location }) => `LINT ${ruleId} ${location[0]?.pointer ?? '#/'}\n   ${message}`);
}

async function check(contract: string, released: string, releases: readonly Release[], on: string | undefined): Promise<number> {
  const last = releases.at(-1);
  const findings = await lintFindings(contract);
  if (last) {
    const { breaking, versionProblem } = judgeContract(
      read(contract),
      { release: last, contract: read(join(released, `v${last.version}.yaml`)) },
      on,
    );
    findings.push(...breaking.map(renderChange), ...(versionProblem === undefined ? [] : [`VERSION ${versionProblem}`]));
  }
  for (const finding of findings) console.error(finding);
  console.log(
    `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}${last ? ` against ${last.version} of ${last.releasedOn}` : ''}`,
  );
  return findings.length > 0 ? 1 : 0;
}

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      on: { type: 'string' },
      contract: { type: 'string', default: join(api, 'openapi.yaml') },
      released: { type: 'string', default: join(api, 'released') },
      help: { type: 'boolean' },
    },
  });
  const [command, version, ...rest] = positionals;
  const { on, contract, released } = values;
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const register = join(released, 'releases.json');
  const releases = parseReleases(JSON.parse(readFileSync(register, 'utf8')));
  if (command === 'check' && version === undefined) return check(contract, released, releases, on);
  if (command !== 'release' || version === undefined || rest.length > 0) throw new Error('Say check, or release and a version');
  if (on === undefined) throw new Error('Say --on, the day of the release: 12 months are counted from it [TIM-1]');
  const findings = await check(contract, released, releases, on);
  if (findings > 0) return findings;
  const text = readFileSync(contract, 'utf8');
  const said = (parse(text) as { readonly info: { readonly version: string } }).info.version;
  const file = join(released, `v${version}.yaml`);
  if (said !== version) throw new Error(`info.version is ${said}; allowed: ${version}`);
  if (existsSync(file)) throw new Error(`${version} is released already: raise info.version`);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const all = parseReleases([...releases, { version, releasedOn: on, earliestRemoval: twelveMonthsAfter(on), sha256 }]);
  writeFileSync(file, text);
  writeFileSync(register, `${JSON.stringify(all, undefined, 2)}\n`);
  console.log(`${version} is released: commit api/released`);
  return 0;
}

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exitCode = 2;
  },
);
