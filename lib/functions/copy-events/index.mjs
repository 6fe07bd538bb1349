/** Hands the services to the handler. The SDK is part of Lambda's runtime, and of no dependency here. */
import process from 'node:process';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { copyBatch } from './handler.mjs';

const { BUCKET, BUCKET_REGION } = process.env;
const s3 = new S3Client({ region: BUCKET_REGION });

export const handler = (event) => copyBatch(event, { bucket: BUCKET, put: (object) => s3.send(new PutObjectCommand(object)) });
