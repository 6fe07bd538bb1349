/** Hands the services to the handler. The SDK is part of Lambda's runtime, and of no dependency here. */
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { DeleteObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { replay } from './handler.mjs';

const { STREAM_NAME, SPILL_BUCKET } = process.env;
const s3 = new S3Client({});
const kinesis = new KinesisClient({});

export const handler = (event) =>
  replay(event, {
    spillBucket: SPILL_BUCKET,
    get: async (Bucket, Key) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body.transformToByteArray(),
    put: (records) => kinesis.send(new PutRecordsCommand({ StreamName: STREAM_NAME, Records: records })),
    remove: (Bucket, Key) => s3.send(new DeleteObjectCommand({ Bucket, Key })),
    wait,
  });
