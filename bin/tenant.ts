#!/usr/bin/env node
/** A tenant's life, from onboarding to proven erasure: docs/01-architecture/tenants.md. Prints what it would run, unless told to run it. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { platform } from '../lib/config/platform';
import { tierNames, type TierName } from '../lib/config/tiers';
import { withAccounts } from '../lib/config/validate';
import { byShell, printing, running } from '../lib/tenant-lifecycle/callers';
import { offboard, onboard, prove, suspend, type Evidence, type Subject } from '../lib/tenant-lifecycle/lifecycle';

const usage = `Usage: npm run -s tenant -- onboard|suspend|offboard|prove|plan --cell CELL --tenant TENANT
  --tier standard|growth|enterprise, --name 'DISPLAY NAME'   for onboard; no tier: as the database has it
  --confirm TENANT                                           for offboard --execute: the name again
  --final                                                    for prove, after 30 days: the gravestone goes, if nothing else is left
  --evidence FILE                                            where offboard and prove write their evidence, as JSON
  --region REGION                                            the one that serves, if it is not home; --account ID, if it is not the literal's
  --execute                                                  runs what is printed otherwise
plan prints the whole life. prove exits with 1 if anything is left; what fails exits with 2.`;

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      cell: { type: 'string' },
      tenant: { type: 'string' },
      tier: { type: 'string' },
      name: { type: 'string' },
      confirm: { type: 'string' },
      evidence: { type: 'string' },
      region: { type: 'string' },
      account: { type: 'string' },
      final: { type: 'boolean', default: false },
      execute: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const [command = '', ...others] = positionals;
  if (others.length > 0) throw new RangeError(`command: received ${positionals.join(' ')}; allowed: one`);
  const { environments } = values.account && values.cell ? withAccounts(platform, { [values.cell]: values.account }) : platform;
  const cells = environments.flatMap((environment) => environment.cells);
  const cell = cells.find(({ name }) => name === values.cell);
  if (!cell) throw new RangeError(`--cell: received ${String(values.cell)}; allowed: ${cells.map(({ name }) => name).join(', ')}`);
  const regions = [cell.home.region, ...(cell.recovery.kind === 'pilot-light' ? [cell.recovery.region] : [])];
  const region = values.region ?? cell.home.region;
  if (!regions.includes(region)) throw new RangeError(`--region: received ${region}; allowed: ${regions.join(', ')}`);
  const tenant = values.tenant ?? '';
  if (cell.tenants.kind === 'dedicated' && cell.tenants.tenant !== tenant) {
    throw new RangeError(`--tenant: received '${tenant}'; allowed: ${cell.tenants.tenant}, whose cell ${cell.name} is`);
  }
  const tier = values.tier === undefined ? undefined : tierOf(values.tier);
  const subject: Subject = { place: { cell: cell.name, account: cell.account, region }, tenant };
  if (command === 'offboard' && values.execute && values.confirm !== tenant) {
    throw new RangeError(`--confirm: received ${String(values.confirm)}; allowed: ${tenant}, since nothing brings it back`);
  }
  const call = values.execute ? running(byShell, process.env) : printing((text) => console.log(`${text}\n`));
  const options = {
    now: () => new Date(),
    wait: (seconds: number, why?: string): Promise<void> => {
      if (!values.execute) {
        console.log(`# ${why ?? 'Before it is asked again.'}\nsleep ${seconds}\n`);
        return Promise.resolve();
      }
      if (why !== undefined) console.error(`${seconds} seconds. ${why}`);
      return new Promise((done) => setTimeout(done, seconds * 1000));
    },
    isFinal: values.final,
  };
  const kept = (evidence: Evidence): number => {
    if (!values.execute) return 0;
    const document = `${JSON.stringify(evidence, undefined, 2)}\n`;
    if (values.evidence === undefined) process.stdout.write(document);
    else writeFileSync(values.evidence, document);
    return evidence.isComplete ? 0 : 1;
  };
  const displayName = values.name ?? tenant;
  switch (command) {
    case 'onboard':
      await onboard(call, subject, { tier, displayName });
      return 0;
    case 'suspend':
      await suspend(call, subject);
      return 0;
    case 'offboard':
      return kept(await offboard(call, subject, options));
    case 'prove':
      return kept(await prove(call, subject, options));
    case 'plan': {
      if (values.execute) throw new RangeError('--execute: a plan is printed, and never run');
      await onboard(call, subject, { tier, displayName });
      await suspend(call, subject);
      await offboard(call, subject, options);
      await prove(call, subject, { ...options, isFinal: true });
      return 0;
    }
    default:
      throw new RangeError(`command: received '${command}'; allowed: onboard, suspend, offboard, prove, plan`);
  }
}

function tierOf(name: string): TierName {
  const tier = tierNames.find((candidate) => candidate === name);
  if (tier === undefined) throw new RangeError(`--tier: received '${name}'; allowed: ${tierNames.join(', ')}`);
  return tier;
}

run().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exitCode = 2;
  },
);
