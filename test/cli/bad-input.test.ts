import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/fixtures';
import { patience, runCdk } from '../support/run-cdk';

/** An assembly of an earlier synth, as far as it matters here. */
function filledFolder(): string {
  const folder = join(temporaryFolder(), 'cdk.out');
  mkdirSync(join(folder, 'assembly-dev'), { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), '{"version":"of an earlier synth"}\n');
  writeFileSync(join(folder, 'assembly-dev/Network.template.json'), '{"Resources":{}}\n');
  return folder;
}

const contentOf = (folder: string): unknown =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => [join(entry.parentPath, entry.name), entry.isFile() ? readFileSync(join(entry.parentPath, entry.name), 'utf8') : ''])
    .sort();

const never = 'allowed: nothing: no template leaves here unchecked';

describe.concurrent('bad input', patience, () => {
  it.each([
    ['an unknown environment', ['-c', 'environment=nope'], {}, "environment: received 'nope'; allowed: dev, staging, prod, organization"],
    ['a slip in a key', ['-c', 'enviroment=dev'], {}, "context enviroment: received 'dev'; allowed: environment, account.CELL"],
    [
      'the account of an unknown cell',
      ['-c', 'account.nope=1'],
      {},
      "account.nope: received '1'; allowed: account.organization, account.dev",
    ],
    [
      'an account ID that is none',
      ['-c', 'account.dev=12'],
      {},
      "environments.dev.cells.dev.account: received '12'; allowed: an AWS account ID of 12 digits",
    ],
    ['validation switched off by the environment, in CI', [], { CI: 'true', CDK_VALIDATION: 'false' }, never],
    ['validation switched off by the flag, on a laptop', ['--no-validation'], {}, never],
  ])('rejects %s, says what is allowed, and leaves cdk.out alone', async (_, args, env, message) => {
    const outdir = filledFolder();
    const before = contentOf(outdir);
    const { exitCode, output } = await runCdk(['synth', '--quiet', ...args], { outdir, env });
    expect(output).toContain('1 problem in the configuration');
    expect(output).toContain(message);
    expect(output).not.toMatch(/^\s+at /m);
    expect(exitCode).not.toBe(0);
    expect(contentOf(outdir)).toEqual(before);
  });

  it('rejects several at once with all of them, and makes no assembly where there was none', async () => {
    const outdir = join(temporaryFolder(), 'cdk.out');
    const { exitCode, output } = await runCdk(['synth', '--quiet', '-c', 'enviroment=dev', '-c', 'acount.dev=1'], { outdir });
    expect(output).toContain('2 problems in the configuration');
    expect(output).toContain("context enviroment: received 'dev'");
    expect(output).toContain("context acount.dev: received '1'");
    expect(exitCode).not.toBe(0);
    expect(existsSync(outdir) ? readdirSync(outdir) : []).toEqual([]);
  });
});
