/** Ready-made metrics: the definition to send to `POST metrics`, with the names in braces to be replaced. */
export interface MetricTemplate {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** What to put in the place of each name in braces. */
  readonly placeholders: Readonly<Record<string, string>>;
  readonly definition: Readonly<Record<string, unknown>>;
}

const metric = 'A metric or measure.';

export const metricTemplates: readonly MetricTemplate[] = [
  {
    name: 'filtered',
    label: 'Part of a measure',
    description: 'A measure over some of its rows only.',
    placeholders: { measure: 'A measure.', condition: "A condition, such as status = 'paid'." },
    definition: { measure: '{measure}', where: '{condition}' },
  },
  {
    name: 'ratio',
    label: 'Ratio',
    description:
      'One metric divided by another; nothing where the second is 0. Right at every level, unlike an average of averages.',
    placeholders: { numerator: metric, denominator: metric },
    definition: { ratio: ['{numerator}', '{denominator}'] },
  },
  {
    name: 'average_order_value',
    label: 'Average order value',
    description: 'Revenue an order.',
    placeholders: { revenue: metric, order_count: 'A count of orders.' },
    definition: { ratio: ['{revenue}', '{order_count}'], synonyms: ['AOV', 'basket size'] },
  },
  {
    name: 'margin',
    label: 'Margin',
    description: 'What is left of revenue after cost, as a share of revenue.',
    placeholders: { revenue: metric, cost: metric },
    definition: { formula: '({revenue} - {cost}) / {revenue}', format: 'percent' },
  },
  {
    name: 'difference',
    label: 'Difference',
    description: 'One metric less another.',
    placeholders: { metric, other: metric },
    definition: { formula: '{metric} - {other}' },
  },
  {
    name: 'running_total',
    label: 'Running total',
    description: 'All of it up to the end of each period.',
    placeholders: { metric },
    definition: { running: '{metric}' },
  },
  {
    name: 'rolling_28_days',
    label: 'Last 28 days',
    description: 'A window of four whole weeks, which evens out the days of the week.',
    placeholders: { metric },
    definition: { rolling: '{metric}', over: '28 days' },
  },
  {
    name: 'rolling_12_months',
    label: 'Last 12 months',
    description: 'A window of a year, which evens out the seasons.',
    placeholders: { metric },
    definition: { rolling: '{metric}', over: '12 months' },
  },
  {
    name: 'month_to_date',
    label: 'Month to date',
    description: 'From the first of the month.',
    placeholders: { metric },
    definition: { to_date: '{metric}', over: 'month' },
  },
  {
    name: 'year_to_date',
    label: 'Year to date',
    description: 'From the first of January.',
    placeholders: { metric },
    definition: { to_date: '{metric}', over: 'year' },
  },
  {
    name: 'fiscal_year_to_date',
    label: 'Fiscal year to date',
    description: 'From the first day of the fiscal year.',
    placeholders: { metric },
    definition: { to_date: '{metric}', over: 'fiscal_year' },
  },
  {
    name: 'growth_on_previous_year',
    label: 'Growth on the previous year',
    description: 'The change against the same period a year earlier, as a fraction.',
    placeholders: { metric },
    definition: { change: '{metric}', against: 'previous year', as: 'percent', format: 'percent' },
  },
  {
    name: 'growth_on_previous_month',
    label: 'Growth on the previous month',
    description: 'The change against the month before, as a fraction.',
    placeholders: { metric },
    definition: { change: '{metric}', against: 'previous month', as: 'percent', format: 'percent' },
  },
  {
    name: 'previous_year',
    label: 'A year earlier',
    description: 'The metric as it was in the same period a year earlier.',
    placeholders: { metric },
    definition: { change: '{metric}', against: 'previous year', as: 'previous' },
  },
  {
    name: 'conversion_rate',
    label: 'Conversion rate',
    description:
      'The share of first events (visits) that are followed in time by a second one (orders) of the same key.',
    placeholders: { first: 'A count of rows.', second: 'A count of rows.', key: 'A column that both have.' },
    definition: {
      conversion: { from: '{first}', to: '{second}', by: '{key}', within: '7 days', as: 'rate' },
      format: 'percent',
    },
  },
];
