#!/usr/bin/env node
/** Stops deliveries of a tenant, lets them go on, sends dead letters back: says what it would do, and does it with --apply. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { asText, commandsOf, operatorRoleArn, type Operation, type Place } from '../lib/operations/delivery-commands';

const usage = `Usage: npm run -s delivery -- COMMAND --cell CELL --account ACCOUNT --region REGION [--profile PROFILE] [--apply]
  show TENANT                                what is stopped
  stop TENANT [DESTINATION] --because TEXT   no call to its destinations any more, or to this one; deliveries wait
  resume TENANT [DESTINATION]                they go on
  redrive CLASS                              dead letters of streaming, batch or webhook are tried again
Without --apply it prints what it would call, and changes nothing. Runbooks: tenant-delivery-stop, delivery-dead-letters.`;

function operationOf([command, first = '', second]: readonly string[], because: string | undefined): Operation {
  switch (command) {
    case 'show':
      return { kind: command, tenant: first };
    case 'stop':
      return { kind: command, tenant: first, destination: second, because: because ?? '', at: new Date().toISOString() };
    case 'resume':
      return { kind: command, tenant: first, destination: second };
    case 'redrive':
      return { kind: command, destinationClass: first };
    default:
      throw new RangeError(`command: received '${command ?? ''}'; allowed: show, stop, resume, redrive`);
  }
}

function run(): number {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...{ cell: text, account: text, region: text, profile: text, because: text },
      apply: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const place: Place = { cell: values.cell ?? '', account: values.account ?? '', region: values.region ?? '' };
  const commands = commandsOf(operationOf(positionals, values.because), place).map(({ args, changes }) => ({
    args: values.profile === undefined ? args : [...args, '--profile', values.profile],
    changes,
  }));
  if (!values.apply) {
    console.log(`# As ${operatorRoleArn(place)}. Nothing was called: add --apply`);
    for (const command of commands) console.log(asText(command));
    return 0;
  }
  for (const command of commands) {
    console.log(`# ${asText(command)}`);
    const { status, error } = spawnSync('aws', [...command.args], { stdio: 'inherit' });
    if (error) throw error;
    if (status !== 0) return status ?? 1;
  }
  return 0;
}

try {
  process.exitCode = run();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}
