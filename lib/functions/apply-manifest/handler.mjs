/**
 * Writes objects into a cluster by server-side apply: what only CloudFormation knows, at the cluster's birth [OPS-4, ADR-018].
 * With nothing but Node's own modules: it reaches the cluster's API, and no other address.
 */
import { Buffer } from 'node:buffer';
import { request } from 'node:https';
import { URL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterToken } from './sign.mjs';

/**
 * What passes by itself at a birth: entries of access and types of objects become known a little after they are made.
 * An object that is refused for what it says (400, 422) is refused for ever.
 */
const PASSING = [401, 403, 404, 409, 429, 500, 502, 503, 504];

/**
 * @typedef {{ readonly path: string, readonly object: { readonly kind: string, readonly metadata: { readonly name: string, readonly namespace?: string } } }} Item
 * @typedef {{ readonly RequestType: 'Create' | 'Update' | 'Delete', readonly ResourceProperties: {
 *   readonly ClusterName: string, readonly Endpoint: string, readonly CertificateAuthority: string, readonly Items: string } }} Event
 * `fieldManager` is who the fields belong to in the cluster's own record of each object: what one manager does not say any more goes, so two lists that
 * say different things of one object need two.
 * @typedef {{ readonly region: string, readonly credentials: import('./sign.mjs').Credentials, readonly now?: () => Date,
 *   readonly fieldManager: string, readonly patienceMs: number, readonly pauseMs: number }} Surroundings
 */

/**
 * The handler of the CDK's provider framework. Applies on Create and on Update, each object in its turn; what is not in the list any more
 * stays. Deletes nothing: the cluster goes with all that is in it, and a cluster that is gone or ill must hold up no stack's end.
 * @param {Event} event
 * @param {Surroundings} surroundings
 */
export async function applyManifest(event, surroundings) {
  const { ClusterName, Endpoint, CertificateAuthority, Items } = event.ResourceProperties;
  if (event.RequestType !== 'Delete') {
    const until = Date.now() + surroundings.patienceMs;
    for (const item of /** @type {readonly Item[]} */ (JSON.parse(Items))) {
      await applyInTime(
        item,
        { name: ClusterName, endpoint: Endpoint, ca: Buffer.from(CertificateAuthority, 'base64') },
        surroundings,
        until,
      );
    }
  }
  return { PhysicalResourceId: `${ClusterName}-birth-manifest` };
}

/**
 * @param {Item} item
 * @param {{ readonly name: string, readonly endpoint: string, readonly ca: Buffer }} cluster
 * @param {Surroundings} surroundings
 * @param {number} until
 */
async function applyInTime(item, cluster, surroundings, until) {
  for (;;) {
    const { status, text } = await apply(item, cluster, surroundings).catch((error) => ({ status: 0, text: tell(error) }));
    if (status >= 200 && status < 300) return;
    const passes = status === 0 || PASSING.includes(status);
    if (!passes || Date.now() + surroundings.pauseMs > until) {
      throw new Error(`${nameOf(item)} was not applied: ${status === 0 ? 'no answer' : `answer ${status}`}, ${messageOf(text)}`);
    }
    await sleep(surroundings.pauseMs);
  }
}

/**
 * @param {Item} item
 * @param {{ readonly name: string, readonly endpoint: string, readonly ca: Buffer }} cluster
 * @param {Surroundings} surroundings
 * @returns {Promise<{ readonly status: number, readonly text: string }>}
 */
function apply({ path, object }, { name, endpoint, ca }, { region, credentials, fieldManager, now = () => new Date() }) {
  const body = JSON.stringify(object);
  // Forced: these fields are ours, and a stack whose update somebody else's field could stop would be stuck.
  const url = new URL(`${path}?fieldManager=${fieldManager}&force=true`, endpoint);
  const options = {
    method: 'PATCH',
    // The cluster's own authority, and no other [SEC-2].
    ca,
    timeout: 10_000,
    headers: {
      authorization: `Bearer ${clusterToken({ cluster: name, region, credentials, date: now() })}`,
      accept: 'application/json',
      // JSON is YAML; the API takes an apply by this type alone.
      'content-type': 'application/apply-patch+yaml',
      'content-length': Buffer.byteLength(body),
    },
  };
  return new Promise((resolve, reject) => {
    const call = request(url, options, (response) => {
      /** @type {Buffer[]} */
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
    });
    call.on('timeout', () => call.destroy(new Error('nothing was heard for 10 seconds')));
    call.on('error', reject);
    call.end(body);
  });
}

/** @param {Item} item */
const nameOf = ({ object: { kind, metadata } }) => `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;

/** @param {unknown} error */
const tell = (error) => (error instanceof Error ? error.message : String(error));

/**
 * The message of Kubernetes' Status, or what else came.
 * @param {string} text
 */
function messageOf(text) {
  try {
    const { message } = JSON.parse(text);
    return typeof message === 'string' ? message : text;
  } catch {
    return text.slice(0, 500);
  }
}
