import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyManifest } from '../../lib/functions/apply-manifest/handler.mjs';

interface Call {
  readonly method: string;
  readonly url: string;
  readonly type: string;
  readonly authorization: string;
  readonly body: unknown;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const folder = mkdtempSync(join(tmpdir(), 'dataflow-api-'));
const calls: Call[] = [];
let answers: Answer[] = [];
let server: Server;
let ca = '';
let endpoint = '';

/** A key, and a certificate that it has signed itself, for the name of the machine. */
function certificate(name: string): { readonly key: string; readonly cert: string } {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
  execFileSync('openssl', ['req', '-x509', ...options, '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

beforeAll(async () => {
  const own = certificate('own');
  ca = own.cert;
  server = createServer(own, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push({
        method: String(request.method),
        url: String(request.url),
        type: String(request.headers['content-type']),
        authorization: String(request.headers.authorization),
        body: JSON.parse(Buffer.concat(chunks).toString()) as unknown,
      });
      const { status, body } = answers.shift() ?? { status: 200, body: '{}' };
      response.writeHead(status).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  endpoint = `https://localhost:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  calls.length = 0;
  answers = [];
});

const namespace = { path: '/api/v1/namespaces/ingest', object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ingest' } } };
const application = {
  path: '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/root',
  object: {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'root', namespace: 'argocd' },
    spec: { port: 8443 },
  },
};

const apply = (
  RequestType: 'Create' | 'Update' | 'Delete',
  { items = [namespace, application], authority = ca, at = endpoint, patienceMs = 2_000 } = {},
) =>
  applyManifest(
    {
      RequestType,
      ResourceProperties: {
        ClusterName: 'prod-eu',
        Endpoint: at,
        CertificateAuthority: Buffer.from(authority).toString('base64'),
        Items: JSON.stringify(items),
      },
    },
    {
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
      fieldManager: 'dataflow-birth',
      patienceMs,
      pauseMs: 10,
    },
  );

const status = (code: number, message: string): Answer => ({ status: code, body: JSON.stringify({ kind: 'Status', message }) });

describe('what is written into the cluster', () => {
  it.each(['Create', 'Update'] as const)('is applied object by object, in order, and forced: %s', async (type) => {
    expect(await apply(type)).toEqual({ PhysicalResourceId: 'prod-eu-birth-manifest' });
    expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual(
      [namespace, application].map(({ path }) => `PATCH ${path}?fieldManager=dataflow-birth&force=true`),
    );
    expect(calls.map(({ body }) => body)).toEqual([namespace.object, application.object]);
    for (const call of calls) {
      expect(call.type).toBe('application/apply-patch+yaml');
      expect(call.authorization).toMatch(/^Bearer k8s-aws-v1\.[\w-]+$/);
    }
  });

  it('can be written again, under the same name, so that CloudFormation removes nothing', async () => {
    const [first, second] = [await apply('Create'), await apply('Update')];
    expect(second).toEqual(first);
    expect(calls.slice(2).map(({ body }) => body)).toEqual(calls.slice(0, 2).map(({ body }) => body));
  });

  it('waits for a type that is not known yet, and for access that is new', async () => {
    answers = [status(403, 'forbidden'), { status: 200, body: '{}' }, status(404, 'the server could not find the requested resource')];
    await apply('Create');
    expect(calls.map(({ url }) => url.split('/').at(-1)?.split('?')[0])).toEqual(['ingest', 'ingest', 'root', 'root']);
  });

  it('rejects an object that the API refuses, at once, with its name and the answer', async () => {
    answers = [{ status: 200, body: '{}' }, status(422, 'Application.argoproj.io "root" is invalid: spec.port: Required value')];
    await expect(apply('Create')).rejects.toThrow(
      'Application argocd/root was not applied: answer 422, Application.argoproj.io "root" is invalid: spec.port: Required value',
    );
    expect(calls).toHaveLength(2);
  });

  it('rejects what does not pass in time, with the last answer', async () => {
    answers = Array.from({ length: 100 }, () => ({ status: 503, body: '<html>busy</html>' }));
    await expect(apply('Create', { patienceMs: 60 })).rejects.toThrow('Namespace ingest was not applied: answer 503, <html>busy</html>');
    expect(calls.length).toBeGreaterThan(1);
  });

  it('rejects a server that another authority vouches for', async () => {
    await expect(apply('Create', { authority: certificate('other').cert, patienceMs: 0 })).rejects.toThrow(
      /^Namespace ingest was not applied: no answer, .*certificate/i,
    );
    expect(calls).toEqual([]);
  });

  it('rejects a cluster that is not there', async () => {
    await expect(apply('Create', { at: 'https://localhost:1', patienceMs: 0 })).rejects.toThrow(
      /^Namespace ingest was not applied: no answer, .*ECONNREFUSED/,
    );
  });
});

describe('the end of a stack', () => {
  it('asks the cluster nothing, and so waits for none that is gone', async () => {
    expect(await apply('Delete', { at: 'https://localhost:1', patienceMs: 0 })).toEqual({ PhysicalResourceId: 'prod-eu-birth-manifest' });
    expect(await apply('Delete')).toEqual({ PhysicalResourceId: 'prod-eu-birth-manifest' });
    expect(calls).toEqual([]);
  });
});
