// Drives a page in headless Chromium, and fails if it does not do what it has to.
//
//   node browser.mjs CHECK PAGE.html        one of the checks below, on a page that was exported
//   node browser.mjs picture PAGE.html OUT.webp light|dark
//
// SGN_VIEWERS is the folder where `.ci/run viewers` has installed Chromium.
import { createRequire } from 'node:module';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as checks from './checks.mjs';
import { made } from './made.mjs';

const [wanted, file, ...rest] = process.argv.slice(2);
const { resolve } = createRequire(join(process.env.SGN_VIEWERS, 'node', 'package.json'));
const load = async (name) => (await import(pathToFileURL(resolve(name)))).default;
const chromium = await load('@sparticuz/chromium');
const browser = await (await load('puppeteer-core')).launch({
  args: chromium.args,
  executablePath: process.env.SGN_CHROMIUM ?? (await chromium.executablePath()),
  headless: 'shell',
});

const START = '<script type="application/json" id="run">';
const text = readFileSync(file, 'utf8');
const [before, from] = text.split(START);
const json = from.slice(0, from.indexOf('</script>'));
const after = from.slice(json.length);

/** Opens the page with another run in it, escaped as in a page that was exported. */
async function withRun(run, options) {
  const escapes = (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const other = join(dirname(file), `${basename(file, '.html')}-${wanted}-${process.pid}.html`);
  writeFileSync(other, before + START + JSON.stringify(run).replace(/[<>&\u2028\u2029]/g, escapes) + after);
  try {
    return await open(other, options);
  } finally {
    rmSync(other);
  }
}

// Without motion, as a page that still scrolls is not where a click is aimed.
/** Opens a page, and collects each error, dialog and request of it. */
async function open(path, { width = 1280, height = 800, scheme = 'light', scale = 1, motion = 'reduce' } = {}) {
  const page = await browser.newPage();
  const address = String(pathToFileURL(path));
  page.mistakes = [];
  page.on('console', (message) => page.mistakes.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => page.mistakes.push(`error: ${error.stack ?? error}`));
  page.on('dialog', (dialog) => {
    page.mistakes.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (request.url() === address && request.isNavigationRequest()) return request.continue();
    page.mistakes.push(`request: ${request.url()}`);
    return request.abort();
  });
  await page.setViewport({ width, height, deviceScaleFactor: scale });
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: motion },
  ]);
  await page.goto(address);
  await page.waitForFunction(() => document.documentElement.dataset.drawn === 'yes', { timeout: 60000 });
  await settled(page);
  return page;
}

/** Waits until the views have followed what was done. */
async function settled(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

async function picture([out, scheme]) {
  const page = await open(file, { width: 1180, height: 880, scheme, scale: 1.5 });
  await page.screenshot({ path: out, type: 'webp', quality: 60 });
}

try {
  if (wanted === 'picture') {
    await picture(rest);
  } else {
    const context = { run: JSON.parse(json), open: (options) => open(file, options), withRun, settled, made };
    const pages = await checks[wanted](context);
    const mistakes = [pages].flat().flatMap((page) => page.mistakes);
    if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
  }
} finally {
  await browser.close();
}
