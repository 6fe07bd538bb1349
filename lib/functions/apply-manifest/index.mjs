/** Hands the function's own credentials to the handler. */
import process from 'node:process';
import { applyManifest } from './handler.mjs';

const { AWS_ACCESS_KEY_ID, AWS_REGION, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, FIELD_MANAGER, PATIENCE_MS } = process.env;

export const handler = (event, context) =>
  applyManifest(event, {
    region: AWS_REGION,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN },
    fieldManager: FIELD_MANAGER,
    // Leaves time to say what went wrong: a function that is ended says nothing.
    patienceMs: Math.min(Number(PATIENCE_MS), context.getRemainingTimeInMillis() - 20_000),
    pauseMs: 5_000,
  });
