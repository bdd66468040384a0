import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { type Browser, chromium, type Page } from 'playwright-core';
import { stageExecutor, startTestServer, type TestServer } from '../api/start-test-server.js';
import { password, startIdentity } from '../identity/start-identity.js';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = process.env.CHROMIUM_PATH ?? candidates.find((path) => existsSync(path));

describe('the page of the API, in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  let page: Page;
  let server: TestServer;
  const complaints: string[] = [];
  const requested: string[] = [];

  before(async function () {
    if (executablePath === undefined) {
      console.log('  skipped: no Chromium is installed (apt-get install chromium, or set CHROMIUM_PATH)');
      this.skip();
    }
    server = await startTestServer({ 'orders.yaml': 'entity: orders\n' }, stageExecutor());
    const args = [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ];
    browser = await chromium.launch({
      executablePath,
      args: [...args, '--disable-component-update', '--disable-sync'],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => requested.push(request.url()));
    await page.goto(`${server.url}/docs`);
    await page.waitForSelector('#runSemanticQuery');
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  it('asks a query and shows the rows and the SQL', async () => {
    const operation = page.locator('#runSemanticQuery');
    await operation.locator('textarea').fill('{"metrics": ["revenue"], "dimensions": ["country"]}');
    await operation.locator('button.send').click();
    await operation.locator('.outcome table').waitFor();
    expect(await operation.locator('.outcome .status').textContent()).to.equal('200 OK');
    expect(await operation.locator('.outcome tbody tr').allTextContents()).to.deep.equal([
      'DE12.5',
      'FR9007199254740993',
    ]);
    expect(await operation.locator('.outcome pre.sql').textContent()).to.match(/^select/);
    if (process.env.DATAMIND_SCREENSHOTS) {
      await page.screenshot({ path: `${process.env.DATAMIND_SCREENSHOTS}/docs-query.png` });
    }
  });

  it('goes on with the token of a login on it, and keeps it nowhere', async () => {
    const guarded = await startIdentity('sqlite');
    const other = await browser.newPage();
    try {
      await other.goto(`${guarded.server.url}/docs`);
      const query = other.locator('#runSemanticQuery');
      await query.locator('textarea').fill('{"metrics": ["revenue"], "dimensions": ["country"]}');
      await query.locator('button.send').click();
      await query.locator('.outcome .status.bad').waitFor();
      expect(await query.locator('.outcome .status').textContent()).to.match(/^401/);
      await other.locator('#login > summary').click();
      await other.locator('#login textarea').fill(JSON.stringify({ username: 'root', password }));
      await other.locator('#login button.send').click();
      await other.locator('#login .outcome .status.good').waitFor();
      await query.locator('button.send').click();
      await query.locator('.outcome .status.good').waitFor();
      expect(await query.locator('.outcome table').count()).to.equal(1);
      expect(await other.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])')).to.equal(
        '[{},{},""]',
      );
      await other.reload();
      expect(await other.locator('#token').inputValue()).to.equal('');
    } finally {
      await other.close();
      await guarded.close();
    }
  });

  it('shows a problem as the server says it', async () => {
    const operation = page.locator('#runSemanticQuery');
    await operation.locator('textarea').fill('{"metric": ["revenue"]}');
    await operation.locator('button.send').click();
    await operation.locator('.outcome .status.bad').waitFor();
    expect(await operation.locator('.outcome pre.body').textContent()).to.contain('did you mean \\"metrics\\"?');
  });

  it('fills in parameters of path and query', async () => {
    await page.locator('#listDimensions > summary').click();
    await page.locator('#listDimensions input[data-name=q]').fill('country');
    await page.locator('#listDimensions button.send').click();
    await page.locator('#listDimensions .outcome .status').waitFor();
    expect(await page.locator('#listDimensions .outcome pre.body').textContent()).to.contain('"count": 1');
    await page.locator('#getEntity > summary').click();
    await page.locator('#getEntity input[data-name=name]').fill('orders');
    await page.locator('#getEntity button.send').click();
    await page.locator('#getEntity .outcome .status').waitFor();
    expect(await page.locator('#getEntity .outcome .status').textContent()).to.equal('200 OK');
    if (process.env.DATAMIND_SCREENSHOTS) {
      await page.screenshot({ path: `${process.env.DATAMIND_SCREENSHOTS}/docs-lists.png` });
    }
  });

  it('finds operations by words', async () => {
    await page.locator('#find').fill('glossary one');
    const shown = await page.locator('details.operation:visible').evaluateAll((nodes) => nodes.map(({ id }) => id));
    await page.locator('#find').fill('');
    expect(shown).to.deep.equal(['getTerm']);
    await page.locator('#find').fill('glossary');
    const found = await page.locator('details.operation:visible').evaluateAll((nodes) => nodes.map(({ id }) => id));
    await page.locator('#find').fill('');
    expect(found).to.deep.equal(['listGlossary', 'getTerm']);
  });

  it('lists every error code under its anchor, where problems point', async () => {
    await page.goto(`${server.url}/docs#QUERY_INVALID`);
    expect(await page.locator('tr#QUERY_INVALID').textContent()).to.contain('400');
  });

  for (const width of [390, 1280]) {
    it(`cuts nothing off at a width of ${width} pixels`, async () => {
      await page.setViewportSize({ width, height: 900 });
      const beyond = await page.evaluate(`
        [document.documentElement, ...document.querySelectorAll('header, header > *, summary')]
          .filter((node) => node.getBoundingClientRect().right > innerWidth || node.scrollWidth > node.clientWidth + 1)
          .filter((node) => getComputedStyle(node).display !== 'inline')
          .map((node) => node.outerHTML.slice(0, 80))
      `);
      expect(beyond).to.deep.equal([]);
    });
  }

  it('needs nothing from elsewhere and breaks no rule of its content policy', () => {
    expect(requested.filter((url) => !url.startsWith(server.url))).to.deep.equal([]);
    const expected = complaints.filter((text) => !/status of 400/.test(text));
    expect(expected).to.deep.equal([]);
  });
});
