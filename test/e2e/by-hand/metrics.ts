/** What the questions need beyond the example's own metrics. */
export const metrics = `
metrics:
  revenue_month: {rolling: revenue, over: 1 month}
  orders_quarter: {rolling: order_count, over: 1 quarter}
  buyers_week: {rolling: buyers, over: 7 days}
  largest_28d: {rolling: largest_line, over: 28 days}
  revenue_36h: {rolling: revenue, over: 36 hours}
  revenue_mtd: {to_date: revenue, over: month}
  revenue_qtd: {to_date: revenue, over: quarter}
  orders_wtd: {to_date: order_count, over: week}
  shipped_total: {running: orders_shipped}
  tickets_total: {running: urgent_tickets}
  aov_28d: {formula: revenue_28d / orders_28d}
  orders_28d: {rolling: order_count, over: 28 days}
  ytd_change: {change: revenue_ytd, against: previous year, as: difference}
  margin_change: {change: margin, against: previous month, as: difference}
  growth_quarter: {change: order_count, against: previous quarter, as: percent}
  stock_change: {change: stock, against: previous month, as: difference}
  week_before: {change: visits, against: 1 week, as: previous}
  buyers_growth: {change: buyers, against: previous year, as: percent}
  refunds_growth: {change: refunds, against: previous month, as: percent}
  stock_growth: {formula: stock - opening_stock}
  stock_reach: {ratio: [stock, units_sold]}
  revenue_per_return: {ratio: [revenue, return_count]}
  balance: {formula: "coalesce(revenue, 0) - coalesce(refunds, 0) - coalesce(target, 0)"}
  best_of: {formula: "greatest(revenue, coalesce(target, 0))"}
  per_refund: {formula: "revenue / nullif(refunds, 0)"}
  visits_to_orders_week: {conversion: {from: visits, to: orders_placed, by: customer_id, within: 7 days, as: count}}
  visits_to_orders_month: {conversion: {from: visits, to: orders_placed, by: customer_id, within: 1 month, as: rate}}
  orders_to_tickets: {conversion: {from: orders_placed, to: ticket_count, by: order_id, within: 30 days, as: count}}
  orders_to_tickets_rate: {conversion: {from: orders_placed, to: ticket_count, by: order_id, within: 30 days, as: rate}}
  signup_to_order: {conversion: {from: customer_count, to: order_count, by: customer_id, within: 2 hours, as: rate}}
  satisfied: {measure: satisfaction_score, where: "priority = 'urgent'"}
  big_lines: {measure: largest_line, where: "quantity > 2", default: 0}
`;
