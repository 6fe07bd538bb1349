"""Runs the erasure on Spark and Iceberg, in a catalogue of this machine, and looks into the files that are left.

S3 Tables, the REST catalogue and Glue are not in it: see docs/04-deployment.
"""

import os
import sys
import tempfile
import unittest

from pyspark.sql import SparkSession

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../../lib/functions/erase-events"))
import erase as job  # noqa: E402

TABLE = "lake.events.enriched"
ANNA, BERT, CARL = "A" * 20, "B" * 20, "C" * 20


class Erasure(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.spark = (
            SparkSession.builder.master("local[2]")
            .config("spark.jars", os.environ["ICEBERG_JAR"])
            .config("spark.sql.extensions", "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
            .config("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog")
            .config("spark.sql.catalog.lake.type", "hadoop")
            .config("spark.sql.catalog.lake.warehouse", cls.folder.name)
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.ui.enabled", "false")
            .getOrCreate()
        )
        cls.spark.sparkContext.setLogLevel("ERROR")

    @classmethod
    def tearDownClass(cls):
        cls.spark.stop()
        cls.folder.cleanup()

    def setUp(self):
        """Two tenants, three persons, two days; ten events of each."""
        self.spark.sql(f"DROP TABLE IF EXISTS {TABLE} PURGE")
        self.spark.sql(
            f"CREATE TABLE {TABLE} (tenant string NOT NULL, person string NOT NULL, event_id string NOT NULL, received_at timestamp NOT NULL)"
            " USING iceberg PARTITIONED BY (tenant, days(received_at))"
            # As a table would be that nobody has told otherwise.
            " TBLPROPERTIES ('format-version'='2', 'write.delete.mode'='merge-on-read')"
        )
        for day in ("01", "02"):
            self.spark.sql(
                f"INSERT INTO {TABLE} SELECT t, p, concat(p, id), timestamp'2026-11-{day} 10:00:00' FROM"
                f" (SELECT explode(array('acme', 'beta')) t), (SELECT explode(array('{ANNA}', '{BERT}', '{CARL}')) p), range(10)"
            )

    def shown(self):
        rows = self.spark.sql(f"SELECT tenant, person, count(*) FROM {TABLE} GROUP BY 1, 2").collect()
        return {(tenant, person): count for tenant, person, count in rows}

    def stored(self, person, tenant="acme"):
        """In the files that the newest snapshot names, whatever they hide."""
        files = [row[0] for row in self.spark.sql(f"SELECT file_path FROM {TABLE}.data_files").collect() if f"tenant={tenant}" in row[0]]
        return sum(self.spark.read.parquet(file).filter(f"person = '{person}'").count() for file in files)

    def test_a_person_is_gone_from_the_files_and_nobody_else_is(self):
        job.erase(self.spark, TABLE, "acme", ANNA)
        self.assertEqual(self.stored(ANNA), 0)
        self.assertEqual(self.shown(), {("acme", BERT): 20, ("acme", CARL): 20, ("beta", ANNA): 20, ("beta", BERT): 20, ("beta", CARL): 20})

    def test_a_deletion_that_only_hides_is_carried_out(self):
        self.spark.sql(f"DELETE FROM {TABLE} WHERE tenant = 'acme' AND person = '{CARL}'")
        self.assertEqual((self.shown().get(("acme", CARL)), self.stored(CARL)), (None, 20), "hidden, and still there: why Athena is not enough")
        job.erase(self.spark, TABLE, "acme", ANNA)
        self.assertEqual((self.stored(ANNA), self.stored(CARL), self.stored(BERT)), (0, 0, 20))

    def test_a_tenant_that_leaves_is_gone_and_no_other_is(self):
        job.erase(self.spark, TABLE, "acme")
        self.assertEqual(self.shown(), {("beta", ANNA): 20, ("beta", BERT): 20, ("beta", CARL): 20})

    def test_it_is_safe_to_repeat(self):
        job.erase(self.spark, TABLE, "acme", ANNA)
        job.erase(self.spark, TABLE, "acme", ANNA)
        job.erase(self.spark, TABLE, "gone-before", "D" * 20)
        self.assertEqual(len(self.shown()), 5)

    def test_rejects_when_something_is_left(self):
        whole, job.merge_deletes = job.merge_deletes, lambda *_: None
        try:
            self.spark.sql(f"DELETE FROM {TABLE} WHERE tenant = 'acme' AND person = '{CARL}'")
            with self.assertRaisesRegex(RuntimeError, "not complete"):
                job.erase(self.spark, TABLE, "acme", ANNA)
        finally:
            job.merge_deletes = whole


class Arguments(unittest.TestCase):
    def test_takes_those_of_the_runbook_beside_those_of_glue(self):
        of_person = job.arguments(["--JOB_NAME", "x", "--table", TABLE, "--tenant", "acme", "--person", ANNA])
        self.assertEqual((of_person.tenant, of_person.person), ("acme", ANNA))
        self.assertIsNone(job.arguments(["--table", TABLE, "--tenant", "acme", "--everybody", "true"]).person)

    def test_rejects_what_could_end_a_literal_or_means_two_things(self):
        wrong = [
            ["--tenant", "a' OR '1'='1", "--person", ANNA],
            ["--tenant", "acme", "--person", "x' OR '1'='1"],
            ["--tenant", "Acme", "--person", ANNA],
            ["--tenant", "acme", "--person", "short"],
            ["--tenant", "acme"],
            ["--tenant", "acme", "--person", ANNA, "--everybody", "true"],
            ["--tenant", "acme", "--everybody", "false"],
            ["--person", ANNA],
        ]
        for argv in wrong:
            with self.subTest(argv), self.assertRaises(SystemExit):
                job.arguments(["--table", TABLE, *argv])


if __name__ == "__main__":
    # Spark's own sockets would be told of, line by line.
    unittest.main(warnings="ignore")
