#!/usr/bin/env node
/** Stops deliveries of a tenant, lets them go on, sends dead letters back: says what it would do, and does it with --apply. */
import { parseArgs } from 'node:util';
import { operate, operatorRoleArn, type Operation } from '../lib/operations/delivery-commands';
import { byShell, printing, running } from '../lib/tenant-lifecycle/callers';
import { shellOf, type Place } from '../lib/tenant-lifecycle/commands';
import type { Call } from '../lib/tenant-lifecycle/lifecycle';

const usage = `Usage: npm run -s delivery -- COMMAND --cell CELL --account ACCOUNT --region REGION [--profile PROFILE] [--apply]
  show TENANT                                what is stopped
  stop TENANT [DESTINATION] --because TEXT   no call to its destinations any more, or to this one; deliveries wait
  resume TENANT [DESTINATION]                they go on
  redrive CLASS                              dead letters of streaming, batch or webhook are tried again
The profile: for tenants the elevated one, which takes the role of the tenant's operator; for redrive one of the delivery operator's role.
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

/** Says what is called before it is, and what it answered: never a credential, which the caller keeps to itself. */
const telling =
  (call: Call): Call =>
  async (command) => {
    console.log(shellOf(command));
    const answer = await call(command);
    if (Object.keys(answer as object).length > 0) console.log(JSON.stringify(answer, undefined, 2));
    return answer;
  };

/** The tenant's session is no profile's. */
const byProfile =
  (call: Call, profile: string | undefined): Call =>
  (command) =>
    call(profile === undefined || command.as === 'operator' ? command : { ...command, args: [...command.args, '--profile', profile] });

async function run(): Promise<number> {
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
  const operation = operationOf(positionals, values.because);
  if (!values.apply) console.log('# Nothing was called: add --apply');
  if (operation.kind === 'redrive') console.log(`# As ${operatorRoleArn(place)}`);
  const call = values.apply ? telling(running(byShell, process.env)) : printing((line) => console.log(line));
  await operate(byProfile(call, values.profile), operation, place);
  return 0;
}

run().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exitCode = 2;
  },
);
