-- Whose rows a session sees: those of the tenant by whose role it logged in.
--
-- By `session_user`, which is fixed when the connection is made. `current_user` changes with SET ROLE and inside functions that run as their
-- owner, and a setting (`app.tenant`) is whatever the last SET or set_config said; `session_user` only a superuser can change, and on Aurora
-- nobody is one.
DO $$
DECLARE
  table_name text;
  own constant text := $policy$ starts_with(session_user::text, 'tenant_') AND tenant_id = substr(session_user::text, 8) $policy$;
BEGIN
  SET LOCAL ROLE metadata_owner;
  FOR table_name IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'metadata'::regnamespace AND c.relkind = 'r' LOOP
    EXECUTE format('ALTER TABLE metadata.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format('CREATE POLICY own_rows ON metadata.%I TO tenant USING (%s) WITH CHECK (%s)', table_name, own, own);
  END LOOP;
  FOREACH table_name IN ARRAY ARRAY['tenants', 'sources', 'event_schemas', 'destinations'] LOOP
    EXECUTE format('CREATE POLICY published ON metadata.%I FOR SELECT TO settings_publisher USING (true)', table_name);
  END LOOP;
  CREATE POLICY registered ON metadata.tenants TO tenant_registrar USING (true) WITH CHECK (true);
END
$$;
