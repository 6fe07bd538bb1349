import { buildApiServer, missingApiServer } from './start';

/** Here and not in a test, which would have to wait for minutes in silence. */
export function setup(): void {
  if (missingApiServer === undefined) buildApiServer();
  else console.warn(`The tests against an API server are skipped: ${missingApiServer}`);
}
