/** Hands the services to the handler. The SDK is part of Lambda's runtime, and of no dependency here. */
import process from 'node:process';
import { GetTableReplicationStatusCommand, S3TablesClient } from '@aws-sdk/client-s3tables';
import { watch } from './handler.mjs';

const { CELL, TABLE_ARN } = process.env;
const s3tables = new S3TablesClient({});

export const handler = () =>
  watch({
    cell: CELL,
    status: async () => (await s3tables.send(new GetTableReplicationStatusCommand({ tableArn: TABLE_ARN }))).destinations,
    // As it is: the embedded metric format stands in lines of its own.
    tell: (line) => process.stdout.write(`${line}\n`),
    now: () => Date.now(),
  });
