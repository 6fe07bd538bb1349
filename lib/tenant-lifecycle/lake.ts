/** Questions to the lake, and the job that erases in it: both are started, and asked until they end. */
import { assumeLake, erasureState, queryState, startErasure, type Command, type Place } from './commands';
import type { Call, Subject } from './state';

export interface Waiting {
  readonly wait: (seconds: number, why?: string) => Promise<void>;
}

export async function erase(call: Call, { place, tenant }: Subject, { wait }: Waiting): Promise<string> {
  await call(assumeLake(place, tenant));
  const { JobRunId } = (await call(startErasure(place, tenant))) as { readonly JobRunId: string };
  for (let asked = 1; ; asked += 1) {
    // Each half hour: a session lasts one, and the job two at most.
    if (asked % 60 === 0) await call(assumeLake(place, tenant));
    const { JobRun } = (await call(erasureState(place, JobRunId))) as { readonly JobRun: { readonly JobRunState: string } };
    if (JobRun.JobRunState === 'SUCCEEDED') return JobRunId;
    if (!['STARTING', 'RUNNING', 'WAITING', 'STOPPING'].includes(JobRun.JobRunState))
      throw new Error(`Job ${JobRunId}: ${JobRun.JobRunState}`);
    await wait(30);
  }
}

export async function succeeded(call: Call, query: Command, place: Place, { wait }: Waiting): Promise<string> {
  const { QueryExecutionId } = (await call(query)) as { readonly QueryExecutionId: string };
  for (;;) {
    const answer = (await call(queryState(place, QueryExecutionId))) as {
      readonly QueryExecution: { readonly Status: { readonly State: string } };
    };
    const { State } = answer.QueryExecution.Status;
    if (State === 'SUCCEEDED') return QueryExecutionId;
    if (!['QUEUED', 'RUNNING'].includes(State)) throw new Error(`Query ${QueryExecutionId}: ${State}`);
    await wait(2);
  }
}

export async function rowsOf(call: Call, command: Command): Promise<readonly (readonly string[])[]> {
  const { ResultSet } = (await call(command)) as {
    readonly ResultSet: { readonly Rows: readonly { readonly Data: readonly { readonly VarCharValue?: string }[] }[] };
  };
  return ResultSet.Rows.map(({ Data }) => Data.map(({ VarCharValue = '' }) => VarCharValue));
}
