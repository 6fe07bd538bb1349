-- Whose rows a session sees: those of the tenant by whose role it logged in.
--
-- By `session_user`, which is fixed when the connection is made. `current_user` changes with SET ROLE and inside functions that run as their
-- owner, and a setting (`app.tenant`) is whatever the last SET or set_config said; `session_user` only a superuser can change, and on Aurora
-- nobody is one.
--
-- In the collation of the keys: a name of a role has "C", with which the policy would be no condition of an index. A tenant's own conditions
-- would then search the index among the rows of all, and EXPLAIN ANALYZE would tell how many the policy removed.
SET LOCAL ROLE metadata_owner;

DO $$
DECLARE
  table_name text;
  column_name text;
  own constant text := $policy$ starts_with(session_user::text, 'tenant_')
    AND tenant_id = (substr(session_user::text, 8) COLLATE "default") $policy$;
BEGIN
  FOR table_name IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'metadata'::regnamespace AND c.relkind = 'r' LOOP
    EXECUTE format('ALTER TABLE metadata.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', table_name);
    -- The owner too, for its functions: inside them the session is still the tenant's.
    EXECUTE format('CREATE POLICY own_rows ON metadata.%I TO tenant, metadata_owner USING (%s) WITH CHECK (%s)', table_name, own, own);
    -- Statistics are of all tenants' values, and the costs that EXPLAIN shows are made of them.
    FOR column_name IN
      SELECT a.attname FROM pg_attribute a
      WHERE a.attrelid = format('metadata.%I', table_name)::regclass AND a.attnum > 0 AND NOT a.attisdropped
    LOOP
      EXECUTE format('ALTER TABLE metadata.%I ALTER COLUMN %I SET STATISTICS 0', table_name, column_name);
    END LOOP;
  END LOOP;
  FOREACH table_name IN ARRAY ARRAY['tenants', 'sources', 'event_schemas', 'destinations'] LOOP
    EXECUTE format('CREATE POLICY published ON metadata.%I FOR SELECT TO settings_publisher USING (true)', table_name);
  END LOOP;
  CREATE POLICY registered ON metadata.tenants TO registrar USING (true) WITH CHECK (true);
  CREATE POLICY operated_read ON metadata.erasure_requests FOR SELECT TO erasure_operator USING (true);
  CREATE POLICY operated_write ON metadata.erasure_requests FOR UPDATE TO erasure_operator USING (true) WITH CHECK (true);
  -- 30 days, of 24 hours in any time zone: no backup or point in time is older [CMP-1], so none can bring the person back any more.
  CREATE POLICY operated_delete ON metadata.erasure_requests FOR DELETE TO erasure_operator
    USING (completed_at < clock_timestamp() - interval '720 hours');
  -- Everybody of a tenant goes when it leaves, and not by one INSERT in its name.
  CREATE POLICY of_one_person ON metadata.erasure_requests AS RESTRICTIVE FOR INSERT TO tenant WITH CHECK (person IS NOT NULL);
  CREATE POLICY of_everybody ON metadata.erasure_requests FOR INSERT TO erasure_operator WITH CHECK (person IS NULL);
END
$$;

-- How a tenant's rows go, instead of the right to DELETE. Each says whether there was such a row.
CREATE FUNCTION metadata.delete_member(member_id uuid) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (DELETE FROM metadata.members t WHERE t.member_id = delete_member.member_id RETURNING 1) SELECT EXISTS (SELECT FROM gone)
$$;

CREATE FUNCTION metadata.delete_source(source_id uuid) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (DELETE FROM metadata.sources t WHERE t.source_id = delete_source.source_id RETURNING 1) SELECT EXISTS (SELECT FROM gone)
$$;

CREATE FUNCTION metadata.delete_event_schema(name text, version integer) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (
    DELETE FROM metadata.event_schemas t
    WHERE t.name = delete_event_schema.name AND t.version = delete_event_schema.version RETURNING 1
  ) SELECT EXISTS (SELECT FROM gone)
$$;

CREATE FUNCTION metadata.delete_destination(destination_id uuid) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (DELETE FROM metadata.destinations t WHERE t.destination_id = delete_destination.destination_id RETURNING 1)
  SELECT EXISTS (SELECT FROM gone)
$$;

GRANT EXECUTE ON FUNCTION metadata.delete_member(uuid), metadata.delete_source(uuid), metadata.delete_event_schema(text, integer),
  metadata.delete_destination(uuid) TO tenant;
