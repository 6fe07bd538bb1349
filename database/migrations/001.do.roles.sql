-- Roles, before anything that belongs to them. Runs as the master user: CREATEROLE, and no superuser, as on Aurora.
-- Written for PostgreSQL 15 to 17. A role cannot be made twice in one cluster of databases, so each is made if it is not there.
-- None is called `tenant_...`: those names are the tenants' own, whatever they are called.

DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['metadata_owner', 'tenant', 'registrar', 'settings_publisher', 'erasure_operator'] LOOP
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
COMMENT ON ROLE erasure_operator IS 'Reads all requests of access and erasure, and writes when and how they were fulfilled';
COMMENT ON ROLE registrar IS 'Owns the functions that make and remove tenants'' roles: the only role that can';
-- What a tenant's role owns can be dropped by a role that inherits its rights, and by no other.
ALTER ROLE registrar CREATEROLE INHERIT;

-- A role that has left something in another database of the server cannot be dropped: nobody enters one that it is not granted.
DO $$
DECLARE
  database_name text;
BEGIN
  FOR database_name IN SELECT datname FROM pg_database WHERE datallowconn AND has_database_privilege('public', oid, 'CONNECT') LOOP
    BEGIN
      EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', database_name);
    EXCEPTION WHEN insufficient_privilege THEN
      NULL; -- Told below.
    END;
    IF has_database_privilege('public', database_name, 'CONNECT') THEN
      RAISE WARNING 'database %: received CONNECT for PUBLIC; allowed: for named roles. Its owner has to revoke it', database_name;
    END IF;
  END LOOP;
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO tenant, settings_publisher, erasure_operator', current_database());
  EXECUTE format('GRANT CREATE ON DATABASE %I TO metadata_owner', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA metadata AUTHORIZATION metadata_owner;
GRANT USAGE ON SCHEMA metadata TO tenant, settings_publisher, erasure_operator, registrar;

-- Nobody gets a function by default: each is granted by name.
ALTER DEFAULT PRIVILEGES FOR ROLE metadata_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE registrar REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

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
