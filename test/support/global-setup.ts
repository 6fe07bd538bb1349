import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for all that the tests write, removed at the end: workers do not live to clean up after themselves. */
export function setup(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'dataflow-test-'));
  process.env['DATAFLOW_TEST_DIR'] = directory;
  // Where the CDK puts the output of an App that is told no folder.
  process.env['TMPDIR'] = directory;
  return () => rmSync(directory, { recursive: true, force: true });
}
