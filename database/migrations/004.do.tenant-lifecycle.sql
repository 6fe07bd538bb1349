-- A tenant comes and goes: its role and its row together, by functions, so that nobody needs the right to make roles.
-- `rds_iam` lets a role log in by a token of IAM, and by nothing else; it is there on RDS and Aurora alone.

-- What of the requests of all a tenant's coming and going needs, and no more: by functions of who sees them. A right of registrar's own would
-- show it all of them, since it has what `tenant` has.
CREATE FUNCTION metadata.has_requests(tenant_id text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM metadata.erasure_requests r WHERE r.tenant_id = has_requests.tenant_id)
$$;

CREATE FUNCTION metadata.request_erasure_of_everybody(tenant_id text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO metadata.erasure_requests (tenant_id, kind) VALUES (request_erasure_of_everybody.tenant_id, 'erasure')
$$;

CREATE FUNCTION metadata.onboard_tenant(tenant_id text, display_name text, tier text DEFAULT 'standard') RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  role_name constant text := 'tenant_' || tenant_id;
BEGIN
  -- First, since the table's own rules refuse a name that must not become a role.
  INSERT INTO metadata.tenants (tenant_id, display_name, tier)
  VALUES (onboard_tenant.tenant_id, onboard_tenant.display_name, onboard_tenant.tier);
  -- Rows are a tenant's by its name alone: it would read the requests of the one before. After the INSERT, which waits for an
  -- offboard_tenant of that name that is still open.
  IF metadata.has_requests(tenant_id) THEN
    RAISE EXCEPTION 'tenant_id: received %, a name with requests of erasure of a tenant that has left; allowed: one without', tenant_id
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = 'erasure_operator may delete requests 30 days after they were completed; then the name is free.';
  END IF;
  -- Few connections: a tenant cannot take those of the others.
  EXECUTE format('CREATE ROLE %I LOGIN INHERIT CONNECTION LIMIT 10', role_name);
  IF current_setting('server_version_num')::integer >= 160000 THEN
    -- What a session made as `tenant` would belong to all tenants.
    EXECUTE format('GRANT tenant TO %I WITH INHERIT TRUE, SET FALSE', role_name);
  ELSE
    EXECUTE format('GRANT tenant TO %I', role_name);
  END IF;
  EXECUTE format('ALTER ROLE %I SET statement_timeout = %L', role_name, '5s');
  EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', role_name, '10s');
  EXECUTE format('ALTER ROLE %I SET search_path = metadata', role_name);
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN
    EXECUTE format('GRANT rds_iam TO %I', role_name);
  END IF;
END
$$;

-- No new session, and the end of those that are open. By itself and committed before a tenant is removed: until then it can come back.
CREATE FUNCTION metadata.suspend_tenant(tenant_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  role_name constant text := 'tenant_' || tenant_id;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = role_name) THEN
    RETURN false;
  END IF;
  EXECUTE format('ALTER ROLE %I NOLOGIN', role_name);
  -- Sessions are ended, and what a role owns is dropped, by whoever has its rights.
  EXECUTE format('GRANT %I TO CURRENT_USER', role_name);
  PERFORM pg_terminate_backend(a.pid, 5000) FROM pg_stat_activity a WHERE a.usename = role_name;
  RETURN true;
END
$$;

-- True if no role of the tenant is left, also if it had gone before. Its rows go in any case; a role that has left something in another
-- database stays, without login, until that is dropped there and this is called again.
CREATE FUNCTION metadata.offboard_tenant(tenant_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
  role_name constant text := 'tenant_' || tenant_id;
  has_role constant boolean := metadata.suspend_tenant(tenant_id);
  reason text;
BEGIN
  -- Its other rows go with this one, but for requests of erasure. What it had elsewhere, and in backups, is one more: in this transaction, so
  -- that it cannot be forgotten, and once, however often this is repeated.
  DELETE FROM metadata.tenants t WHERE t.tenant_id = offboard_tenant.tenant_id;
  IF FOUND THEN
    PERFORM metadata.request_erasure_of_everybody(tenant_id);
  END IF;
  IF NOT has_role THEN
    RAISE NOTICE 'tenant_id: received %, which has no role', quote_nullable(offboard_tenant.tenant_id);
    RETURN true;
  END IF;
  -- Large objects and default privileges: PostgreSQL lets every role make them.
  EXECUTE format('DROP OWNED BY %I', role_name);
  BEGIN
    EXECUTE format('DROP ROLE %I', role_name);
  EXCEPTION WHEN dependent_objects_still_exist THEN
    GET STACKED DIAGNOSTICS reason = PG_EXCEPTION_DETAIL;
    RAISE WARNING '% stays, without login: %', role_name, reason;
    RETURN false;
  END;
  RETURN true;
END
$$;

-- What registrar needs, and the right to hand `tenant` on.
GRANT tenant TO registrar WITH ADMIN OPTION;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN
    GRANT rds_iam TO registrar WITH ADMIN OPTION;
  END IF;
END
$$;

-- A function is given to a role that may make something in its schema: for this moment alone.
GRANT CREATE ON SCHEMA metadata TO registrar, erasure_operator;
ALTER FUNCTION metadata.has_requests(text) OWNER TO erasure_operator;
ALTER FUNCTION metadata.request_erasure_of_everybody(text) OWNER TO erasure_operator;
ALTER FUNCTION metadata.onboard_tenant(text, text, text) OWNER TO registrar;
ALTER FUNCTION metadata.suspend_tenant(text) OWNER TO registrar;
ALTER FUNCTION metadata.offboard_tenant(text) OWNER TO registrar;
REVOKE CREATE ON SCHEMA metadata FROM registrar, erasure_operator;
REVOKE EXECUTE ON FUNCTION metadata.has_requests(text), metadata.request_erasure_of_everybody(text),
  metadata.onboard_tenant(text, text, text), metadata.suspend_tenant(text), metadata.offboard_tenant(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION metadata.has_requests(text), metadata.request_erasure_of_everybody(text) TO registrar;
