-- A tenant comes and goes: its role and its row together, by functions, so that nobody needs the right to make roles.
-- `rds_iam` lets a role log in by a token of IAM, and by nothing else; it is there on RDS and Aurora alone.

CREATE FUNCTION metadata.onboard_tenant(tenant_id text, display_name text, tier text DEFAULT 'standard') RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- First, since the table's own rules refuse a name that must not become a role.
  INSERT INTO metadata.tenants (tenant_id, display_name, tier)
  VALUES (onboard_tenant.tenant_id, onboard_tenant.display_name, onboard_tenant.tier);
  -- Few connections: a tenant cannot take those of the others.
  EXECUTE format('CREATE ROLE %I LOGIN INHERIT CONNECTION LIMIT 10 IN ROLE tenant', 'tenant_' || tenant_id);
  EXECUTE format('ALTER ROLE %I SET statement_timeout = %L', 'tenant_' || tenant_id, '5s');
  EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', 'tenant_' || tenant_id, '10s');
  EXECUTE format('ALTER ROLE %I SET search_path = metadata', 'tenant_' || tenant_id);
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN
    EXECUTE format('GRANT rds_iam TO %I', 'tenant_' || tenant_id);
  END IF;
END
$$;

CREATE FUNCTION metadata.offboard_tenant(tenant_id text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Its other rows go with this one.
  DELETE FROM metadata.tenants t WHERE t.tenant_id = offboard_tenant.tenant_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'tenant_id: received %; allowed: a tenant that is there', quote_nullable(offboard_tenant.tenant_id);
  END IF;
  EXECUTE format('DROP ROLE %I', 'tenant_' || tenant_id);
END
$$;

-- What tenant_registrar needs, and the right to hand `tenant` on.
GRANT tenant TO tenant_registrar WITH ADMIN OPTION;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN
    GRANT rds_iam TO tenant_registrar WITH ADMIN OPTION;
  END IF;
END
$$;

-- A function is given to a role that may make something in its schema: for this moment alone.
GRANT CREATE ON SCHEMA metadata TO tenant_registrar;
ALTER FUNCTION metadata.onboard_tenant(text, text, text) OWNER TO tenant_registrar;
ALTER FUNCTION metadata.offboard_tenant(text) OWNER TO tenant_registrar;
REVOKE CREATE ON SCHEMA metadata FROM tenant_registrar;
REVOKE EXECUTE ON FUNCTION metadata.onboard_tenant(text, text, text), metadata.offboard_tenant(text) FROM PUBLIC;
