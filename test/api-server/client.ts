/** Talks to an API server: server-side apply, as a GitOps controller does it, and what a test needs besides. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { isRecord, titleOf, type Manifest } from './manifests';

/** Where a server is, and as whom to talk to it. */
export interface ServerAddress {
  readonly url: string;
  readonly token: string;
  /** The file of the authority that signed the server's certificate. */
  readonly ca: string;
}

export interface Accepted {
  readonly object: Readonly<Record<string, unknown>>;
  /** What the server lets in and does not like, such as a Deployment whose Pods will be refused. */
  readonly warnings: readonly string[];
}

/** What the server said no to, in its own words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

export interface ApplyOptions {
  /** Everything is judged, and nothing is kept. */
  readonly dryRun?: boolean;
  readonly subresource?: 'status' | 'ephemeralcontainers';
}

export type Reference = Pick<Manifest, 'apiVersion' | 'kind' | 'metadata'>;

export interface Client {
  /** Server-side apply; a field that the server does not know is refused, not dropped. */
  apply(manifest: Manifest, options?: ApplyOptions): Promise<Accepted>;
  get(reference: Reference): Promise<Readonly<Record<string, unknown>>>;
  delete(reference: Reference): Promise<void>;
  /** Every object of a kind, in all namespaces. */
  listAll(apiVersion: string, kind: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Any other path, such as `/openapi/v3`. */
  read(path: string): Promise<Readonly<Record<string, unknown>>>;
  close(): void;
}

const FIELD_MANAGER = 'dataflow-tests';
const REQUEST_TIMEOUT_MS = 30_000;

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

interface Resource {
  readonly plural: string;
  readonly namespaced: boolean;
}

export function connect({ url, token, ca }: ServerAddress): Client {
  const agent = new Agent({ ca: readFileSync(ca), keepAlive: true });
  const resources = new Map<string, Resource>();

  const send = (method: string, path: string, body?: unknown): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const type = body === undefined ? {} : { 'content-type': 'application/apply-patch+yaml' };
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json', ...type };
      const outgoing = request(new URL(path, url), { agent, method, headers, timeout: REQUEST_TIMEOUT_MS }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const status = incoming.statusCode ?? 0;
          const answer = parsed(Buffer.concat(chunks).toString());
          if (status >= 200 && status < 300) resolve({ status, body: answer, warnings: warningsIn(incoming.headers['warning']) });
          else reject(new Refusal(status, typeof answer['message'] === 'string' ? answer['message'] : JSON.stringify(answer)));
        });
      });
      outgoing.on('error', reject);
      outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer in ${REQUEST_TIMEOUT_MS} ms`)));
      // JSON is YAML.
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });

  async function resourceOf(apiVersion: string, kind: string): Promise<Resource> {
    const key = `${apiVersion} ${kind}`;
    const known = resources.get(key);
    if (known) return known;
    const { body } = await send('GET', rootOf(apiVersion));
    const listed = (body['resources'] as readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[]).find(
      (candidate) => candidate.kind === kind && !candidate.name.includes('/'),
    );
    if (!listed) throw new Refusal(404, `the server has no ${key}`);
    const resource = { plural: listed.name, namespaced: listed.namespaced };
    resources.set(key, resource);
    return resource;
  }

  async function pathOf(reference: Reference): Promise<string> {
    const { apiVersion, kind, metadata } = reference;
    const { plural, namespaced } = await resourceOf(apiVersion, kind);
    if (namespaced !== (metadata.namespace !== undefined)) {
      throw new Refusal(400, `metadata.namespace: ${namespaced ? 'missing' : 'not allowed'} on ${titleOf(reference)}`);
    }
    const folder = metadata.namespace === undefined ? '' : `/namespaces/${encodeURIComponent(metadata.namespace)}`;
    return `${rootOf(apiVersion)}${folder}/${plural}/${encodeURIComponent(metadata.name)}`;
  }

  return {
    apply: async (manifest, { dryRun = false, subresource } = {}) => {
      const path = `${await pathOf(manifest)}${subresource === undefined ? '' : `/${subresource}`}`;
      const query = `fieldManager=${FIELD_MANAGER}&force=true&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
      const { body, warnings } = await send('PATCH', `${path}?${query}`, manifest);
      return { object: body, warnings };
    },
    get: async (reference) => (await send('GET', await pathOf(reference))).body,
    delete: async (reference) => void (await send('DELETE', await pathOf(reference))),
    listAll: async (apiVersion, kind) => {
      const { plural } = await resourceOf(apiVersion, kind);
      const { body } = await send('GET', `${rootOf(apiVersion)}/${plural}`);
      return body['items'] as readonly Readonly<Record<string, unknown>>[];
    },
    read: async (path) => (await send('GET', path)).body,
    close: () => agent.destroy(),
  };
}

/** The core group alone has a path of its own. */
const rootOf = (apiVersion: string): string => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : { message: text };
  } catch {
    return { message: text };
  }
}

/** `299 - "text", 299 - "text"`, in which a quotation mark of the text is escaped. */
const warningsIn = (header: string | string[] | undefined): readonly string[] =>
  [...String(header ?? '').matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'));

/** Tries until it gets an answer other than undefined; a refusal counts as none. */
export async function until<T>(what: string, attempt: () => Promise<T | undefined>, timeoutMs = 15_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last = '';
  for (;;) {
    try {
      const answer = await attempt();
      if (answer !== undefined) return answer;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      last = `: ${error.message}`;
    }
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1000} s${last}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
