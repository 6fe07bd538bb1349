-- Who opened, or tried to open, sessions of a tenant: each begins with one. Parameters: first day, last day (yyyy/MM/dd), tenant.
SELECT
  eventtime AS happened_at, awsregion AS region, useridentity.arn AS identity,
  json_extract_scalar(requestparameters, '$.roleArn') AS role_arn, json_extract_scalar(requestparameters, '$.roleSessionName') AS session,
  sourceipaddress AS source_ip, errorcode AS error_code, eventid AS event_id
FROM {table}
WHERE day BETWEEN ? AND ?
  AND eventsource = 'sts.amazonaws.com' AND eventname = 'AssumeRole'
  AND nullif(regexp_extract(json_extract_scalar(requestparameters, '$.roleArn'), '^arn:aws:iam::{account}:role/(?:.+/)?({tenantRole})$', 1), '') IS NOT NULL
  AND ? IN (json_extract_scalar(requestparameters, '$.roleSessionName'), nullif(regexp_extract(requestparameters, '"key"\s*:\s*"tenant"\s*,\s*"value"\s*:\s*"([^"]*)"', 1), ''))
ORDER BY happened_at, event_id
