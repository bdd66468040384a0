/** How a value of the demo travels from the generator to a database: money in cents, dates in days and instants in seconds since 1970. */
export type DemoType = 'integer' | 'text' | 'money' | 'decimal' | 'date' | 'instant' | 'boolean';
export type DemoValue = number | string | boolean | null;
export type DemoRow = readonly DemoValue[];

export interface DemoColumn {
  readonly name: string;
  readonly type: DemoType;
  readonly comment?: string;
}

export interface DemoTable {
  readonly name: string;
  readonly comment: string;
  readonly key: readonly string[];
  readonly columns: readonly DemoColumn[];
}

const column = (name: string, type: DemoType, comment?: string): DemoColumn => ({ name, type, comment });

export const demoTables = {
  regions: {
    name: 'regions',
    comment: 'Sales regions, each within one country.',
    key: ['region_id'],
    columns: [
      column('region_id', 'integer'),
      column('region', 'text'),
      column('country', 'text'),
      column('country_code', 'text', 'ISO 3166-1 alpha-2'),
    ],
  },
  stores: {
    name: 'stores',
    comment: 'Where sales are made; the web shop is one of them.',
    key: ['store_id'],
    columns: [
      column('store_id', 'integer'),
      column('name', 'text'),
      column('city', 'text'),
      column('region_id', 'integer'),
      column('is_online', 'boolean'),
      column('floor_area', 'integer', 'Square metres; null for the web shop'),
      column('opened_on', 'date'),
      column('closed_on', 'date'),
    ],
  },
  customers: {
    name: 'customers',
    comment: 'People and companies who registered.',
    key: ['customer_id'],
    columns: [
      column('customer_id', 'integer'),
      column('name', 'text'),
      column('email', 'text'),
      column('phone', 'text'),
      column('birth_date', 'date'),
      column('segment', 'text', 'private, club or business'),
      column('city', 'text'),
      column('region_id', 'integer'),
      column('signed_up_at', 'instant'),
      column('referred_by', 'integer', 'The customer who recommended us'),
      column('newsletter', 'boolean', 'Null: never asked'),
    ],
  },
  employees: {
    name: 'employees',
    comment: 'Everybody who works or worked here.',
    key: ['employee_id'],
    columns: [
      column('employee_id', 'integer'),
      column('name', 'text'),
      column('email', 'text'),
      column('title', 'text'),
      column('manager_id', 'integer', 'Null for the managing director'),
      column('store_id', 'integer', 'Null at headquarters'),
      column('salary', 'money', 'EUR a year'),
      column('hired_on', 'date'),
      column('left_on', 'date'),
    ],
  },
  products: {
    name: 'products',
    comment: 'What is or was for sale.',
    key: ['product_id'],
    columns: [
      column('product_id', 'integer'),
      column('name', 'text'),
      column('department', 'text'),
      column('category', 'text'),
      column('brand', 'text'),
      column('list_price', 'money', 'EUR with VAT, before 1 February 2025'),
      column('unit_cost', 'money', 'EUR'),
      column('weight', 'decimal', 'Kilograms'),
      column('launched_on', 'date'),
      column('discontinued_on', 'date'),
    ],
  },
  tags: {
    name: 'tags',
    comment: 'Words that describe products.',
    key: ['tag_id'],
    columns: [column('tag_id', 'integer'), column('tag', 'text')],
  },
  product_tags: {
    name: 'product_tags',
    comment: 'Which product has which tags.',
    key: ['product_id', 'tag_id'],
    columns: [column('product_id', 'integer'), column('tag_id', 'integer')],
  },
  orders: {
    name: 'orders',
    comment: 'One row for each order, cancelled ones too.',
    key: ['order_id'],
    columns: [
      column('order_id', 'integer'),
      column('customer_id', 'integer', 'Null for guests'),
      column('store_id', 'integer'),
      column('employee_id', 'integer', 'Who sold it; null on the web'),
      column('ship_to_region_id', 'integer', 'Null when it was carried home'),
      column('ordered_at', 'instant'),
      column('shipped_at', 'instant'),
      column('status', 'text', 'open, paid, shipped or cancelled'),
      column('coupon', 'text'),
      column('shipping_fee', 'money', 'EUR'),
    ],
  },
  order_lines: {
    name: 'order_lines',
    comment: 'The products of an order.',
    key: ['order_id', 'line_number'],
    columns: [
      column('order_id', 'integer'),
      column('line_number', 'integer'),
      column('product_id', 'integer'),
      column('quantity', 'integer'),
      column('unit_price', 'money', 'EUR with VAT, when it was sold'),
      column('discount', 'money', 'EUR off the line'),
      column('amount', 'money', 'EUR: quantity × unit price − discount'),
      column('cost', 'money', 'EUR for the whole line'),
    ],
  },
  returns: {
    name: 'returns',
    comment: 'Goods that came back.',
    key: ['return_id'],
    columns: [
      column('return_id', 'integer'),
      column('order_id', 'integer'),
      column('line_number', 'integer'),
      column('returned_on', 'date'),
      column('quantity', 'integer'),
      column('refund', 'money', 'EUR'),
      column('reason', 'text'),
    ],
  },
  web_sessions: {
    name: 'web_sessions',
    comment: 'Visits to the web shop.',
    key: ['session_id'],
    columns: [
      column('session_id', 'integer'),
      column('customer_id', 'integer', 'Null when nobody logged in'),
      column('started_at', 'instant'),
      column('device', 'text'),
      column('channel', 'text', 'How the visitor came'),
      column('page_views', 'integer'),
      column('seconds', 'integer'),
    ],
  },
  tickets: {
    name: 'tickets',
    comment: 'What customers asked or complained about.',
    key: ['ticket_id'],
    columns: [
      column('ticket_id', 'integer'),
      column('customer_id', 'integer'),
      column('order_id', 'integer', 'Null when it was about none'),
      column('assignee_id', 'integer', 'The employee who took it; null: nobody yet'),
      column('topic', 'text'),
      column('priority', 'text'),
      column('opened_at', 'instant'),
      column('closed_at', 'instant'),
      column('first_response_minutes', 'integer'),
      column('satisfaction', 'integer', '1 to 5; null when not rated'),
    ],
  },
  stock_levels: {
    name: 'stock_levels',
    comment: 'Pieces on hand each evening, for the products and stores that count daily.',
    key: ['day', 'store_id', 'product_id'],
    columns: [
      column('day', 'date'),
      column('store_id', 'integer'),
      column('product_id', 'integer'),
      column('on_hand', 'integer'),
    ],
  },
  sales_targets: {
    name: 'sales_targets',
    comment: 'What a store was to sell in a month.',
    key: ['month', 'store_id'],
    columns: [column('month', 'date'), column('store_id', 'integer'), column('target', 'money', 'EUR')],
  },
} as const satisfies Record<string, DemoTable>;

export type DemoTableName = keyof typeof demoTables;

/** Spelled so that DuckDB and SQLite take the same. */
const sqlTypes: Record<DemoType, string> = {
  integer: 'INTEGER',
  text: 'TEXT',
  money: 'DECIMAL(12,2)',
  decimal: 'DECIMAL(10,3)',
  date: 'DATE',
  instant: 'TIMESTAMPTZ',
  boolean: 'BOOLEAN',
};

/** The statement that creates a table of the demo. */
export const createTable = (table: DemoTable): string => {
  const columns = table.columns.map(
    (it) => `${it.name} ${sqlTypes[it.type]}${table.key.includes(it.name) ? ' NOT NULL' : ''}`,
  );
  return `CREATE TABLE ${table.name} (${columns.join(', ')}, PRIMARY KEY (${table.key.join(', ')}))`;
};
