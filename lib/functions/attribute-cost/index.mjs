/** Hands the services to the handler. The SDK is part of Lambda's runtime, and of no dependency here. */
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { AthenaClient, GetQueryExecutionCommand, paginateGetQueryResults, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { attribute } from './handler.mjs';

const { CELL, WORKGROUP, STATEMENT } = process.env;
const athena = new AthenaClient({});

export const handler = () =>
  attribute({
    cell: CELL,
    statement: STATEMENT,
    start: async (query) =>
      (await athena.send(new StartQueryExecutionCommand({ QueryString: query, WorkGroup: WORKGROUP }))).QueryExecutionId,
    state: async (id) => {
      const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
      return { state: QueryExecution?.Status?.State, reason: QueryExecution?.Status?.StateChangeReason };
    },
    rows: async (id) => {
      const rows = [];
      for await (const page of paginateGetQueryResults({ client: athena }, { QueryExecutionId: id })) {
        rows.push(...page.ResultSet.Rows.map(({ Data }) => Data.map(({ VarCharValue }) => VarCharValue ?? '')));
      }
      return rows;
    },
    // As it is: the embedded metric format stands in lines of its own.
    tell: (line) => process.stdout.write(`${line}\n`),
    wait: (ms) => setTimeout(ms),
    now: () => Date.now(),
  });
