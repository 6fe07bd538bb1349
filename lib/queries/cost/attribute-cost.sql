-- What each tenant cost in a month, and what could not be attributed. Parameter: the month (yyyy-MM).
-- Run by Athena and, in tests and by hand, by DuckDB: it keeps to what both mean alike (docs/07-cost/attribution.md). Sums are doubles from the first
-- cast on, since the two divide whole numbers differently.
WITH
rules (priority, rule, product, usage_type, line_type, component, driver) AS (VALUES
  {rules}
),
namespaces (namespace, driver) AS (VALUES
  {namespaces}
),
-- Which part of an account's bill is this cell's: all of its own, a share of those that serve every cell, nothing of another cell's.
accounts (account, part) AS (VALUES
  {accounts}
),
items AS (
  SELECT
    i.billing_period,
    i.line_item_usage_account_id AS account,
    coalesce(i.line_item_product_code, '') AS product,
    coalesce(i.line_item_usage_type, '') AS usage_type,
    coalesce(i.line_item_line_item_type, '') AS line_type,
    coalesce(i.component, '') AS component,
    coalesce(i.line_item_resource_id, '') AS resource,
    coalesce(CAST(i.line_item_unblended_cost AS double), 0e0) * coalesce(CAST(a.part AS double), 1e0) AS usd,
    a.account IS NULL AS is_foreign,
    i.split_line_item_parent_resource_id AS instance,
    i.eks_namespace AS namespace,
    coalesce(CAST(i.split_line_item_split_cost AS double), 0e0) + coalesce(CAST(i.split_line_item_unused_cost AS double), 0e0) AS pod_usd
  FROM {lineItems} AS i
  LEFT JOIN accounts AS a ON a.account = i.line_item_usage_account_id
  WHERE i.billing_period = ?
),
-- A month has millions of lines and few kinds of them.
lines AS (
  SELECT account, is_foreign, product, usage_type, line_type, component, CASE WHEN product = 'AmazonEC2' THEN resource ELSE '' END AS resource, sum(usd) AS usd
  FROM items
  GROUP BY account, is_foreign, product, usage_type, line_type, component, CASE WHEN product = 'AmazonEC2' THEN resource ELSE '' END
),
fits AS (
  SELECT
    l.account, l.is_foreign, l.product, l.resource, l.usd, r.driver,
    row_number() OVER (PARTITION BY l.account, l.product, l.usage_type, l.line_type, l.component, l.resource ORDER BY r.priority) AS place
  FROM lines AS l
  LEFT JOIN rules AS r
    ON l.product LIKE r.product AND l.usage_type LIKE r.usage_type AND l.line_type LIKE r.line_type AND l.component LIKE r.component
),
judged AS (
  SELECT
    account, product, resource, usd,
    CASE
      WHEN is_foreign THEN 'no account'
      WHEN driver IS NULL THEN 'no rule'
      -- What is taken off is shared like what it is taken off from, so that nobody's cost ends below nothing.
      WHEN usd < 0e0 THEN 'adjustment'
      ELSE driver
    END AS driver
  FROM fits
  WHERE place = 1
),
-- What pods took of each instance, by split cost allocation: as weights, so that the instance's own price is what is shared.
taken AS (
  SELECT i.instance, coalesce(n.driver, 'overhead') AS driver, sum(i.pod_usd) AS usd
  FROM items AS i
  LEFT JOIN namespaces AS n ON n.namespace = i.namespace
  WHERE i.instance IS NOT NULL AND i.pod_usd > 0e0
  GROUP BY i.instance, coalesce(n.driver, 'overhead')
),
parts AS (
  SELECT instance, driver, usd / sum(usd) OVER (PARTITION BY instance) AS part FROM taken
),
priced AS (
  SELECT driver, CASE driver WHEN 'no rule' THEN product WHEN 'no account' THEN account ELSE '' END AS cause, usd FROM judged WHERE driver <> 'pods'
  UNION ALL
  SELECT coalesce(p.driver, 'overhead') AS driver, '' AS cause, j.usd * coalesce(p.part, 1e0) AS usd
  FROM judged AS j
  LEFT JOIN parts AS p ON p.instance = j.resource
  WHERE j.driver = 'pods'
),
pools AS (
  SELECT driver, cause, sum(usd) AS usd FROM priced GROUP BY driver, cause
),
period AS (
  SELECT max(billing_period) AS month FROM items
),
measures AS (
  SELECT
    u.tenant,
    {measures},
    sum(greatest(CAST(coalesce(u.event_bytes, 0) AS double), 0e0)) AS "storedBytes"
  FROM {usage} AS u
  CROSS JOIN period AS p
  WHERE substr(u.hour, 1, 7) <= p.month
  GROUP BY u.tenant
),
amounts AS (
  {amounts}
),
weights AS (
  SELECT driver, tenant, amount / sum(amount) OVER (PARTITION BY driver) AS weight FROM amounts WHERE amount > 0e0
  UNION ALL
  SELECT 'even' AS driver, tenant, 1e0 / count(*) OVER () AS weight
  FROM (SELECT tenant FROM amounts WHERE amount > 0e0 GROUP BY tenant) AS present
),
measured AS (
  SELECT p.driver, w.tenant, p.usd * w.weight AS usd
  FROM pools AS p
  INNER JOIN weights AS w ON w.driver = p.driver
),
caused AS (
  SELECT tenant, sum(usd) AS usd FROM measured WHERE driver <> 'even' GROUP BY tenant
),
shared AS (
  SELECT driver, tenant, usd FROM measured
  UNION ALL
  SELECT p.driver, c.tenant, p.usd * c.usd / t.usd AS usd
  FROM pools AS p
  CROSS JOIN caused AS c
  CROSS JOIN (SELECT sum(usd) AS usd FROM caused) AS t
  WHERE p.driver = 'overhead' AND t.usd > 0e0
),
borne AS (
  SELECT tenant, sum(usd) AS usd FROM shared GROUP BY tenant
),
-- At most all of it is taken off.
adjusted AS (
  SELECT b.tenant, greatest(p.usd, -t.usd) * b.usd / t.usd AS usd
  FROM pools AS p
  CROSS JOIN borne AS b
  CROSS JOIN (SELECT sum(usd) AS usd FROM borne) AS t
  WHERE p.driver = 'adjustment' AND t.usd > 0e0
),
attributed AS (
  SELECT driver, tenant, usd FROM shared
  UNION ALL
  SELECT 'adjustment' AS driver, tenant, usd FROM adjusted
),
-- Whatever of a pool reached no tenant.
remaining AS (
  SELECT
    CASE p.driver WHEN 'no rule' THEN 'no rule: ' || p.cause WHEN 'no account' THEN 'no account: ' || p.cause ELSE 'nobody to share by: ' || p.driver END AS reason,
    p.usd - coalesce(a.usd, 0e0) AS usd
  FROM pools AS p
  LEFT JOIN (SELECT driver, sum(usd) AS usd FROM attributed GROUP BY driver) AS a ON a.driver = p.driver
),
answer AS (
  SELECT
    tenant,
    '' AS reason,
    sum(usd) AS usd,
    {columns}
  FROM attributed
  GROUP BY tenant
  UNION ALL
  SELECT
    '(unattributed)' AS tenant,
    reason,
    usd,
    {noColumns}
  FROM remaining
  WHERE abs(usd) > 1e-6
),
-- Whole cents that sum up to the bill: each row rounded down, and the cents that are left go to those that lost most by it.
floors AS (
  SELECT *, floor(usd * 1e2 + 1e-6) AS whole FROM answer
),
ranked AS (
  SELECT
    *,
    row_number() OVER (ORDER BY usd * 1e2 - whole DESC, tenant, reason) AS place,
    round(sum(usd) OVER () * 1e2) - sum(whole) OVER () AS missing
  FROM floors
)
SELECT
  tenant,
  reason,
  CAST(whole + CASE WHEN place <= missing THEN 1e0 ELSE 0e0 END AS bigint) AS cents,
  {names}
FROM ranked
ORDER BY tenant, reason
