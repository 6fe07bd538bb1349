-- The control plane's metadata. Everything that is a tenant's carries its ID as the first part of its key: what is unique is unique for
-- one tenant, so that no error message tells of another one's rows.
SET LOCAL ROLE metadata_owner;

CREATE TABLE metadata.tenants (
  -- The same form as the session tag `tenant`: no character that IAM, PostgreSQL or a key would read as something else.
  tenant_id text PRIMARY KEY CHECK (tenant_id ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' AND length(tenant_id) BETWEEN 2 AND 40),
  display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 200),
  tier text NOT NULL DEFAULT 'standard' CHECK (tier IN ('standard', 'growth', 'enterprise')),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE metadata.members (
  tenant_id text NOT NULL REFERENCES metadata.tenants ON DELETE CASCADE,
  member_id uuid NOT NULL DEFAULT gen_random_uuid(),
  -- Subject of the identity provider's token; no address and no name is kept here.
  subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
  access text NOT NULL CHECK (access IN ('reader', 'editor', 'owner')),
  PRIMARY KEY (tenant_id, member_id),
  UNIQUE (tenant_id, subject)
);

CREATE TABLE metadata.sources (
  tenant_id text NOT NULL REFERENCES metadata.tenants ON DELETE CASCADE,
  source_id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  is_enabled boolean NOT NULL DEFAULT true,
  PRIMARY KEY (tenant_id, source_id),
  UNIQUE (tenant_id, name)
);

CREATE TABLE metadata.event_schemas (
  tenant_id text NOT NULL REFERENCES metadata.tenants ON DELETE CASCADE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  version integer NOT NULL CHECK (version > 0),
  json_schema jsonb NOT NULL CHECK (jsonb_typeof(json_schema) = 'object'),
  PRIMARY KEY (tenant_id, name, version)
);

CREATE TABLE metadata.destinations (
  tenant_id text NOT NULL REFERENCES metadata.tenants ON DELETE CASCADE,
  destination_id uuid NOT NULL DEFAULT gen_random_uuid(),
  kind text NOT NULL CHECK (kind IN ('webhook', 'snowflake')),
  settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
  -- The credential itself is in Secrets Manager.
  secret_arn text CHECK (secret_arn LIKE 'arn:aws:secretsmanager:%'),
  is_enabled boolean NOT NULL DEFAULT true,
  PRIMARY KEY (tenant_id, destination_id)
);

CREATE TABLE metadata.erasure_requests (
  -- No reference: requests outlive their tenant. A backup of before brings its people back, and nothing else would say who has to go again.
  tenant_id text NOT NULL,
  request_id uuid NOT NULL DEFAULT gen_random_uuid(),
  kind text NOT NULL CHECK (kind IN ('access', 'erasure')),
  -- The pseudonym, as in profiles and lake: never an address. Null is everybody of a tenant that has left (004).
  person text CHECK (person ~ '^[A-Za-z0-9_-]{16,64}$'),
  -- By the clock: now() is when the transaction began, and that is up to whoever keeps it open.
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- CMP-1. In UTC, where a day has 24 hours: what is generated may not depend on a session's time zone.
  due_at timestamptz NOT NULL GENERATED ALWAYS AS ((requested_at AT TIME ZONE 'UTC' + interval '30 days') AT TIME ZONE 'UTC') STORED,
  completed_at timestamptz CHECK (completed_at >= requested_at),
  -- Query IDs and counts before and after.
  evidence jsonb,
  PRIMARY KEY (tenant_id, request_id),
  CHECK (completed_at IS NULL OR evidence IS NOT NULL),
  CHECK (person IS NOT NULL OR kind = 'erasure')
);

-- That it is completed is the operator's word, when is the clock's: a request may be deleted 30 days after (003), and a day given too early
-- would take it away while there are backups of before.
CREATE FUNCTION metadata.complete_by_the_clock() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.completed_at := clock_timestamp();
  RETURN NEW;
END
$$;
CREATE TRIGGER completed_by_the_clock BEFORE UPDATE OF completed_at ON metadata.erasure_requests
  FOR EACH ROW WHEN (NEW.completed_at IS NOT NULL) EXECUTE FUNCTION metadata.complete_by_the_clock();

-- Column by column where a tenant changes rows, and no DELETE: whoever has either for a whole table may lock it against everybody. Rows go by
-- functions (003). A row stays its tenant's.
GRANT SELECT ON ALL TABLES IN SCHEMA metadata TO tenant;
GRANT INSERT ON metadata.members, metadata.sources, metadata.event_schemas, metadata.destinations TO tenant;
GRANT UPDATE (subject, access) ON metadata.members TO tenant;
GRANT UPDATE (name, is_enabled) ON metadata.sources TO tenant;
GRANT UPDATE (json_schema) ON metadata.event_schemas TO tenant;
GRANT UPDATE (kind, settings, secret_arn, is_enabled) ON metadata.destinations TO tenant;
-- A tenant asks; when, until when and whether it was done is the platform's word, and its evidence.
GRANT INSERT (tenant_id, request_id, kind, person) ON metadata.erasure_requests TO tenant;

GRANT SELECT, UPDATE (completed_at, evidence), DELETE ON metadata.erasure_requests TO erasure_operator;
-- For the function by which a tenant's leaving is a request (004). Nobody asks for a person but its tenant.
GRANT INSERT (tenant_id, kind) ON metadata.erasure_requests TO erasure_operator;
GRANT SELECT ON metadata.tenants, metadata.sources, metadata.event_schemas, metadata.destinations TO settings_publisher;
GRANT SELECT, INSERT, UPDATE, DELETE ON metadata.tenants TO registrar;
