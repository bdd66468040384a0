/** Runs in a process of its own: what somebody writes by hand with Express and pg for the one question of the load bench. */
import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ ...(JSON.parse(process.env.BENCH_DATABASE!) as pg.PoolConfig), max: 10 });
const app = express();
app.use(express.json());
app.post('/look-up', async ({ body }, response) => {
  const { rows } = await pool.query(
    'select sum(amount) as revenue, count(*) as sale_count from sales where buyer_id = $1 and region = any($2)',
    [body.buyer, ['EU', 'US']],
  );
  response.json({ rows });
});
const server = app.listen(0, '127.0.0.1', () => {
  process.send!((server.address() as { readonly port: number }).port);
});
