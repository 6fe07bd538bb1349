-- Roles, before anything that belongs to them. Runs as the master user: CREATEROLE, and no superuser, as on Aurora.
-- Written for PostgreSQL 15 to 17. A role cannot be made twice in one cluster of databases, so each is made if it is not there.

DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['metadata_owner', 'tenant', 'tenant_registrar', 'settings_publisher'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', role_name);
    END IF;
    -- PostgreSQL 16 gives the maker of a role its administration, and no use of it.
    EXECUTE format('GRANT %I TO CURRENT_USER', role_name);
  END LOOP;
END
$$;

COMMENT ON ROLE metadata_owner IS 'Owns the tables, and never logs in: row-level security binds it too, since it is forced';
COMMENT ON ROLE tenant IS 'What every tenant may do: each tenant''s own role is a member of it, and of nothing else';
COMMENT ON ROLE settings_publisher IS 'Reads the settings of all tenants, to publish them to the services';
COMMENT ON ROLE tenant_registrar IS 'Owns the functions that make and remove tenants'' roles: the only role that can';
ALTER ROLE tenant_registrar CREATEROLE;

DO $$
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO tenant, settings_publisher', current_database());
  EXECUTE format('GRANT CREATE ON DATABASE %I TO metadata_owner', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA metadata AUTHORIZATION metadata_owner;
GRANT USAGE ON SCHEMA metadata TO tenant, settings_publisher, tenant_registrar;

-- Nobody gets a function by default: each is granted by name.
ALTER DEFAULT PRIVILEGES FOR ROLE metadata_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE tenant_registrar REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Statements of every session go to the log, by settings of the cluster's parameter group: a session cannot change them.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pgaudit') THEN
    CREATE EXTENSION IF NOT EXISTS pgaudit;
  ELSE
    RAISE NOTICE 'pgaudit is not installed here: statements are not audited';
  END IF;
END
$$;
