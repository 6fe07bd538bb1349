/** Hands the services to the handler. The SDK is part of Lambda's runtime, and of no dependency here. */
import console from 'node:console';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { replay } from './handler.mjs';

const { EVENTS_STREAM, ENRICHED_STREAM, SPILL_BUCKET, QUARANTINE_BUCKET, MAXIMUM_AGE_DAYS } = process.env;
const streams = { events: EVENTS_STREAM, enriched: ENRICHED_STREAM };
// When a cell goes back home, the events of its absence are in the other Region's bucket.
const s3 = new S3Client({ followRegionRedirects: true });
const kinesis = new KinesisClient({});

export const handler = (event) =>
  replay(event, {
    spillBucket: SPILL_BUCKET,
    maximumAgeDays: Number(MAXIMUM_AGE_DAYS),
    open: async (Bucket, Key) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body,
    put: (target, records) => kinesis.send(new PutRecordsCommand({ StreamName: streams[target], Records: records })),
    remove: (Bucket, Key) => s3.send(new DeleteObjectCommand({ Bucket, Key })),
    keep: (Key, Body) => s3.send(new PutObjectCommand({ Bucket: QUARANTINE_BUCKET, Key, Body, ContentType: 'application/gzip' })),
    tell: (message) => console.error(message),
    now: () => Date.now(),
    wait,
  });
