-- Not a query: what the others begin with. A row for each access to a store, and for each tenant whose data the request names.
WITH records AS (
  SELECT
    eventtime, awsregion, eventsource, eventname, sourceipaddress, errorcode, eventid,
    coalesce(requestparameters, '{}') AS request,
    coalesce(requestparameters, '') || ' ' || coalesce((element_at(resources, 1)).arn, '') || ' ' || coalesce((element_at(resources, 2)).arn, '') AS touched,
    useridentity.type AS identity_type,
    useridentity.invokedby AS invoked_by,
    coalesce(useridentity.arn, '') AS identity
  FROM {table}
  WHERE day BETWEEN ? AND ?
    AND (
      (eventcategory = 'Data' AND eventsource IN ('dynamodb.amazonaws.com', 's3.amazonaws.com', 's3tables.amazonaws.com', 'kinesis.amazonaws.com', 'sqs.amazonaws.com'))
      OR (eventsource = 'athena.amazonaws.com' AND eventname IN ('StartQueryExecution', 'GetQueryResults'))
    )
),
identified AS (
  SELECT
    *,
    nullif(regexp_extract(identity, '^arn:aws:sts::[0-9]+:assumed-role/([^/]+)/', 1), '') AS role,
    nullif(regexp_extract(identity, '^arn:aws:sts::[0-9]+:assumed-role/[^/]+/(.+)$', 1), '') AS session,
    nullif(regexp_extract(identity, '^arn:aws:sts::{account}:assumed-role/{tenantRole}/(.+)$', 1), '') AS session_tenant,
    nullif(regexp_extract(identity, '^arn:aws:sts::{account}:assumed-role/({operatorRole})/', 1), '') AS operator_role,
    nullif(CASE eventsource
      -- What AWS Backup restores to try it is a copy of a table under a name of its own.
      WHEN 'dynamodb.amazonaws.com' THEN coalesce(
        nullif(regexp_extract(touched, '[/"]{cell}-([A-Za-z0-9_-]+)(?:["/ ]|$)', 1), ''), regexp_extract(touched, '[/"](awsbackup-restore-test-[A-Za-z0-9_.-]+)(?:["/ ]|$)', 1))
      WHEN 's3.amazonaws.com' THEN regexp_extract(json_extract_scalar(request, '$.bucketName'), '^{cell}-(.+)-{account}-', 1)
      WHEN 's3tables.amazonaws.com' THEN regexp_extract(touched, ':bucket/{cell}-(lake)(?:["/ ]|$)', 1)
      WHEN 'kinesis.amazonaws.com' THEN regexp_extract(touched, '[/"]{cell}-([A-Za-z0-9_-]+)(?:["/ ]|$)', 1)
      WHEN 'sqs.amazonaws.com' THEN regexp_extract(touched, '[/:]{cell}-([A-Za-z0-9_.-]+)(?:["/ ]|$)', 1)
      WHEN 'athena.amazonaws.com' THEN 'athena'
    END, '') AS store,
    array_distinct(CASE eventsource
      WHEN 'dynamodb.amazonaws.com' THEN
        -- Key, keys of a batch, keys of a transaction; and what PartiQL compares the key with.
        regexp_extract_all(request, '"pk"\s*:\s*"([^"#]+)#', 1) || regexp_extract_all(request, '[^A-Za-z0-9_]pk[\\"]*\s*=\s*''([^''#]+)#', 1)
      WHEN 's3.amazonaws.com' THEN
        -- An object, or a listing: `events/acme` without its slash would list acme-corp too, and names nobody.
        regexp_extract_all(coalesce(json_extract_scalar(request, '$.key'), json_extract_scalar(request, '$.prefix')), '^events/([a-z0-9-]+)/', 1)
      WHEN 's3tables.amazonaws.com' THEN regexp_extract_all(request, '/tenant=([a-z0-9-]+)/', 1)
      WHEN 'kinesis.amazonaws.com' THEN regexp_extract_all(request, '"partitionKey"\s*:\s*"([^"#]+)#', 1)
      WHEN 'sqs.amazonaws.com' THEN regexp_extract_all(request, '"messageGroupId"\s*:\s*"([a-z0-9-]+)', 1)
    END) AS named
  FROM records
),
accesses AS (
  SELECT
    eventtime AS happened_at, awsregion AS region, store, eventname AS action, identity, role, session,
    CASE
      -- Roles that people take: for one tenant, for deliveries, for the lake. Who it was is in the record of AssumeRole.
      WHEN operator_role IS NOT NULL AND session_tenant IS NOT NULL THEN 'person for a tenant'
      WHEN operator_role IS NOT NULL THEN 'operator'
      WHEN session_tenant IS NOT NULL THEN 'tenant session'
      WHEN starts_with(identity, 'arn:aws:sts::{account}:assumed-role/AWSReservedSSO_') THEN 'person'
      WHEN starts_with(identity, 'arn:aws:sts::{account}:assumed-role/{cell}-') THEN 'role'
      WHEN identity_type = 'AWSService' THEN 'AWS service'
      -- Whatever else this account has: roles of the organization, of the CDK, of AWS; users; root.
      WHEN nullif(regexp_extract(identity, '^arn:aws:(?:sts|iam)::({account}):', 1), '') IS NOT NULL THEN 'administrator'
      ELSE 'other'
    END AS kind,
    invoked_by, session_tenant, tenant,
    -- A request of a tenant's session that names another tenant; of S3, also one that names none: objects and listings always can.
    session_tenant IS NOT NULL AND coalesce(tenant <> session_tenant, eventsource = 's3.amazonaws.com') AS differs,
    coalesce(errorcode LIKE 'AccessDenied%', false) AS denied,
    -- Who is meant to touch the store as itself, for all tenants: lib/constructs/expected-accesses.ts [ADR-027].
    nullif({expectedRoles}, '') IS NOT NULL AS expected_role,
    coalesce({expectedServices}, false) AS expected_service,
    substr(request, 1, 500) AS item, sourceipaddress AS source_ip, errorcode AS error_code, eventid AS event_id
  FROM identified
  LEFT JOIN UNNEST(named) AS names(tenant) ON TRUE
  WHERE store IS NOT NULL
)
