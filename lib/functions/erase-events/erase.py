"""Erases a person's events, or those of a tenant that has left, from the lake's table [REG-1, REG-2, CMP-1].

A Glue job, since the erasure has to reach the files: Athena's DELETE writes down which rows are not to be shown, and leaves them in
their files until a compaction happens to pass. Here each file that holds such a row is written again without it, so that the old one
goes with the snapshots that show it (docs/02-data/lake.md).

Arguments: --table CATALOG.NAMESPACE.TABLE, --tenant TENANT, and --person PSEUDONYM or --everybody.
"""

import argparse
import re

from pyspark.sql import SparkSession

# As ingest and onboarding give them (docs/02-data/events.md): what else there is would be somebody's slip.
TENANT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PERSON = re.compile(r"[A-Za-z0-9_-]{16,64}")


def arguments(argv=None):
    """Glue hands over arguments of its own as well."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", required=True)
    parser.add_argument("--tenant", required=True)
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument("--person")
    whose.add_argument("--everybody", nargs="?", const="true")
    given, _ = parser.parse_known_args(argv)
    if not (2 <= len(given.tenant) <= 40 and TENANT.fullmatch(given.tenant)):
        parser.error("--tenant: allowed: 2 to 40 lower-case letters, digits and single hyphens")
    if given.person is not None and not PERSON.fullmatch(given.person):
        parser.error("--person: allowed: a pseudonym, 16 to 64 of A-Z, a-z, 0-9, _ and -")
    if given.everybody not in (None, "true"):
        parser.error("--everybody: allowed: no value, or true")
    return given


def erase(spark, table, tenant, person=None):
    """Counts before and after, for the evidence; raises where something would be left."""
    # Both have been held to their alphabets: neither can end a literal.
    where = f"tenant = '{tenant}'" + ("" if person is None else f" AND person = '{person}'")

    def rows():
        return spark.sql(f"SELECT count(*) FROM {table} WHERE {where}").first()[0]

    before = rows()
    # An event that arrives meanwhile is not this job's: the processor drops it, and the second run finds what it let pass.
    spark.sql(
        f"ALTER TABLE {table} SET TBLPROPERTIES ("
        "'write.delete.mode'='copy-on-write', 'write.delete.isolation-level'='snapshot', 'commit.retry.num-retries'='10')"
    )
    spark.sql(f"DELETE FROM {table} WHERE {where}")
    merge_deletes(spark, table, tenant)

    after, hidden = rows(), deletes(spark, table, tenant)
    print(f"rows before: {before}, after: {after}; files that only hide rows of the tenant: {hidden}")
    if after or hidden:
        raise RuntimeError("The erasure is not complete: run it again, and read the log")


def deletes(spark, table, tenant):
    """Files of the tenant that say which rows are not to be shown: what they hide is still there."""
    return spark.sql(f"SELECT count(*) FROM {table}.delete_files WHERE partition.tenant = '{tenant}'").first()[0]


def merge_deletes(spark, table, tenant):
    """Somebody's DELETE by Athena is carried out in the files, too."""
    if deletes(spark, table, tenant) == 0:
        return
    catalog, name = table.split(".", 1)
    of_tenant = f"table => '{name}', where => \"tenant = '{tenant}'\""
    spark.sql(f"CALL {catalog}.system.rewrite_data_files({of_tenant}, options => map('delete-file-threshold', '1'))")
    # What they hid is written nowhere any more: this drops them.
    spark.sql(f"CALL {catalog}.system.rewrite_position_delete_files({of_tenant}, options => map('rewrite-all', 'true'))")


if __name__ == "__main__":
    given = arguments()
    erase(SparkSession.builder.getOrCreate(), given.table, given.tenant, given.person)
