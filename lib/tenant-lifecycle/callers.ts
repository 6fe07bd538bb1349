/** Who carries commands out: a printer, and the shell's own programs. Nothing of AWS's SDK is needed: the CLI is where engineers are [ORG-1]. */
import { execFile } from 'node:child_process';
import { shellOf, type Command } from './commands';
import type { Call } from './lifecycle';

/** Prints what would be run, in order, and answers by samples. */
export const printing =
  (print: (text: string) => void): Call =>
  (command) => {
    print(shellOf(command));
    return Promise.resolve(command.sample);
  };

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Execute = (command: Command, environment: NodeJS.ProcessEnv) => Ended | Promise<Ended>;

export const byShell: Execute = ({ program, args, input }, environment) =>
  new Promise((resolve) => {
    const child = execFile(program, args, { env: environment, encoding: 'utf8', maxBuffer: 256 * 2 ** 20 }, (error, stdout, stderr) => {
      const status = error ? (typeof error.code === 'number' ? error.code : null) : 0;
      resolve({ status, stdout, stderr: stderr === '' ? (error?.message ?? '') : stderr });
    });
    // A program that ends without reading says why by itself.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });

/** As STS, DynamoDB and the CLI's sign-in say it. */
const EXPIRED = /ExpiredToken|RequestExpired|token[^\n]{0,60} expired/i;

interface AssumedRole {
  readonly Credentials?: { readonly AccessKeyId: string; readonly SecretAccessKey: string; readonly SessionToken: string };
}

/** Runs each command; credentials of a session are kept here, handed to what acts in it, and shown nowhere. */
export function running(execute: Execute, environment: NodeJS.ProcessEnv): Call {
  const sessions = new Map<Command['as'], NodeJS.ProcessEnv>([['engineer', environment]]);
  return async (command) => {
    const own = sessions.get(command.as);
    if (!own) throw new Error(`${command.args.slice(0, 2).join(' ')}: there is no session of the ${command.as} yet`);
    const { status, stdout, stderr } = await execute(command, own);
    if (status !== 0 && EXPIRED.test(stderr))
      throw new Error(`Credentials have expired, at ${command.program} ${command.args.slice(0, 2).join(' ')}. Every step can be repeated.`);
    if (status !== 0)
      throw new Error(`${command.program} ${command.args.slice(0, 2).join(' ')} failed (${String(status)}): ${stderr.trim()}`);
    if (command.program === 'psql') return stdout.trim();
    const answer = (stdout.trim() === '' ? {} : JSON.parse(stdout)) as AssumedRole;
    if (command.takes !== undefined && answer.Credentials) {
      const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials;
      // A profile would win over keys in the environment.
      sessions.set(command.takes, {
        ...environment,
        AWS_PROFILE: undefined,
        AWS_ACCESS_KEY_ID: AccessKeyId,
        AWS_SECRET_ACCESS_KEY: SecretAccessKey,
        AWS_SESSION_TOKEN: SessionToken,
      });
      return {};
    }
    return answer;
  };
}
