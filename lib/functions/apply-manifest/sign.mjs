/**
 * A token for a cluster's API: the signed address of a question to STS, "who am I", which EKS asks in our place. It is made here and
 * asks nobody, so the function needs no way to STS.
 * Sources: IAM User Guide, "Create a signed AWS API request: query parameters"; kubernetes-sigs/aws-iam-authenticator, README, "API
 * authorization from outside a cluster", read 2026-11.
 */
import { Buffer } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';

/** EKS takes a token for 15 minutes after its date, whatever it says here. In seconds. */
const EXPIRES = 60;

/** @typedef {{ readonly accessKeyId: string, readonly secretAccessKey: string, readonly sessionToken?: string }} Credentials */

/** @param {string} data */
const sha256 = (data) => createHash('sha256').update(data).digest('hex');

/**
 * @param {string | Buffer} key
 * @param {string} data
 */
const hmac = (key, data) => createHmac('sha256', key).update(data).digest();

/**
 * As RFC 3986 and AWS have it: encodeURIComponent leaves five characters as they are.
 * @param {string} text
 */
const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * The address of a GET request with its signature (version 4) in the query.
 * @param {{ readonly host: string, readonly path: string, readonly query: Readonly<Record<string, string>>,
 *   readonly headers: Readonly<Record<string, string>>, readonly service: string, readonly region: string,
 *   readonly credentials: Credentials, readonly date: Date, readonly expires: number, readonly payloadHash: string }} call
 */
export function presign({ host, path, query, headers, service, region, credentials, date, expires, payloadHash }) {
  const time = date.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = [time.slice(0, 8), region, service, 'aws4_request'];
  const signed = Object.entries({ host, ...headers })
    .map(([name, value]) => /** @type {const} */ ([name.toLowerCase(), value.trim()]))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const parameters = Object.entries({
    ...query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': [credentials.accessKeyId, ...scope].join('/'),
    'X-Amz-Date': time,
    'X-Amz-Expires': String(expires),
    ...(credentials.sessionToken ? { 'X-Amz-Security-Token': credentials.sessionToken } : {}),
    'X-Amz-SignedHeaders': names,
  })
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const canonical = ['GET', path, parameters.join('&'), ...signed.map(([name, value]) => `${name}:${value}`), '', names, payloadHash];
  const toSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical.join('\n'))].join('\n');
  const key = scope.reduce((parent, part) => hmac(parent, part), /** @type {string | Buffer} */ (`AWS4${credentials.secretAccessKey}`));
  return `https://${host}${path}?${parameters.join('&')}&X-Amz-Signature=${hmac(key, toSign).toString('hex')}`;
}

/**
 * @param {{ readonly cluster: string, readonly region: string, readonly credentials: Credentials, readonly date: Date }} caller
 */
export function clusterToken({ cluster, region, credentials, date }) {
  const url = presign({
    host: `sts.${region}.amazonaws.com`,
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    // Binds the token to one cluster: another one refuses it.
    headers: { 'x-k8s-aws-id': cluster },
    service: 'sts',
    region,
    credentials,
    date,
    expires: EXPIRES,
    payloadHash: sha256(''),
  });
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}
