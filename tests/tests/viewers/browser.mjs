// Opens a file in a viewer that is a page, in headless Chromium, and prints what the viewer has read.
//
//   node browser.mjs speedscope FILE   the profiles that speedscope exports again, as JSON
//   node browser.mjs dh_view FILE      the text of the tree that dh_view.html shows
//   node browser.mjs check             nothing; fails if Chromium does not start
//
// SGN_VIEWERS is the folder where `.ci/run viewers` has installed the viewers.
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = process.env.SGN_VIEWERS;
const [viewer, file] = process.argv.slice(2);
const { resolve } = createRequire(join(folder, 'node', 'package.json'));
const load = async (name) => (await import(pathToFileURL(resolve(name)))).default;

// A machine that has much else to do is slow.
const timeout = 120000;

const kinds = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

// Serves a folder, and the file as `/the-file`.
function serve(root) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(request.url.split(/[?#]/)[0]);
    try {
      const body = await readFile(path === '/the-file' ? file : join(root, path));
      response.writeHead(200, { 'content-type': kinds[extname(path)] ?? 'application/octet-stream' });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

async function speedscope(page) {
  const server = await serve(join(folder, 'node', 'node_modules', 'speedscope', 'dist', 'release'));
  // What it exports is a blob that it makes a link to.
  await page.evaluateOnNewDocument(() => {
    URL.createObjectURL = (blob) => {
      blob.text().then((text) => { window.exported = text; });
      return '#';
    };
  });
  await page.goto(`http://127.0.0.1:${server.address().port}/index.html#profileURL=/the-file`);
  const button = await page.waitForSelector('text/Export', { timeout });
  await button.click();
  const exported = await page.waitForFunction(() => window.exported, { timeout });
  const text = await exported.jsonValue();
  server.close();
  server.closeAllConnections();
  return text;
}

async function dhView(page) {
  await page.goto(pathToFileURL(join(folder, 'dh_view', 'dh_view.html')));
  const input = await page.waitForSelector('input[type=file]');
  await input.uploadFile(file);
  await page.waitForFunction(() => document.body.innerText.includes('Invocation {'), { timeout });
  return page.evaluate(() => document.body.innerText);
}

const chromium = await load('@sparticuz/chromium');
const browser = await (await load('puppeteer-core')).launch({
  args: chromium.args,
  executablePath: process.env.SGN_CHROMIUM ?? (await chromium.executablePath()),
  headless: 'shell',
  timeout,
});
try {
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  const read = await { speedscope, dh_view: dhView, check: () => '' }[viewer](page);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  await new Promise((done) => process.stdout.write(read, done));
} finally {
  await browser.close();
}
