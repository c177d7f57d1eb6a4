// What a page has to do. Each check opens pages and returns them; errors, dialogs and requests of a page are failures.
import assert from 'node:assert/strict';

const texts = (page, selector) =>
  page.$$eval(selector, (nodes) => nodes.map((node) => node.textContent.trim()));
const text = (page, selector) => page.$eval(selector, (node) => node.textContent.replace(/\s+/g, ' ').trim());
const bytesOf = (title) => Number(title.match(/(\u2212?[\d\u202f]+) B/)[1].replace(/\u202f/g, '').replace('\u2212', '-'));

/** The numbers of each line at a moment: live bytes, live blocks, total bytes, total blocks. */
function numbersAt(run, moment) {
  const now = run.lines.map(() => [0, 0, 0, 0]);
  for (const { changed } of run.moments.slice(0, moment + 1)) {
    for (let at = 0; at < changed.length; at += 5) now[changed[at]] = changed.slice(at + 1, at + 5);
  }
  return now;
}

const sum = (numbers, field) => numbers.reduce((total, line) => total + line[field], 0);

async function press(page, settled, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
  await settled(page);
}

/** The first screen says whether something is wrong, and where. */
export async function verdict({ run, open }) {
  const page = await open();
  const headline = await text(page, '#verdict h1');
  const worst = run.findings.find((finding) => finding.is_alarm);
  if (worst) {
    const line = run.lines[worst.line];
    assert.match(headline, /(grows by|leaks) \d+\.?\d* \w+ per stride since stride \d/);
    const place = await text(page, '#verdict .place');
    assert.ok(place.includes(`${line.file}:${line.line}`), place);
    if (worst.holders.length > 0) assert.ok(place.includes(worst.holders[0].holder), place);
    assert.ok((await text(page, '#verdict .statement')).includes(line.text.split('\n')[0].trim()));
    assert.equal((await page.$$('.finding')).length, run.findings.filter((finding) => finding.is_alarm).length);
  } else {
    assert.match(headline, /No leak, no growth found in|Too early to tell after/);
  }
  const numbers = numbersAt(run, run.moments.length - 1);
  const titles = await page.$$eval('#tiles dd', (nodes) => nodes.map((node) => node.title));
  assert.equal(bytesOf(titles[0]), sum(numbers, 0));
  assert.equal(bytesOf(titles[2]), sum(numbers, 2));
  const box = await page.$eval('#verdict', (node) => node.getBoundingClientRect().bottom);
  assert.ok(box < 800, 'the verdict is on the first screen');
  return page;
}

/** The bars of each measure add up to the run's own numbers, to the byte. */
export async function measures({ run, open, settled }) {
  const page = await open();
  const last = run.moments.length - 1;
  const [start, end] = [numbersAt(run, 0), numbersAt(run, last)];
  const wanted = {
    live: sum(end, 0),
    churn: sum(end, 2) - sum(start, 2),
    diff: sum(end, 0) - sum(start, 0),
    peak: run.owners.reduce((total, owner) => total + owner.peak_bytes, 0),
  };
  for (const [measure, number] of Object.entries(wanted)) {
    await page.click(`#measures [value=${measure}]`);
    await settled(page);
    const titles = await page.$$eval('.bar.level1', (nodes) => nodes.map((node) => node.title));
    assert.equal(titles.map((title) => bytesOf(title.split('\n')[1])).reduce((a, b) => a + b, 0), number, measure);
    const levels = await page.$$eval('.bar', (nodes) => nodes.map((node) => node.getAttribute('aria-level')));
    assert.equal(Math.max(...levels.map(Number)), measure === 'peak' ? 2 : 3, measure);
  }
  await page.click('#measures [value=peak]');
  await settled(page);
  assert.match(await text(page, '#where-hint'), /Lines have no peak of their own/);
  return page;
}

async function rangeOf(page) {
  return page.$$eval('.handle', (nodes) => nodes.map((node) => Number(node.getAttribute('aria-valuenow'))));
}

/** A drag over the curve chooses a range; the table has its numbers. */
export async function range({ run, open, settled }) {
  const page = await open();
  const box = await (await page.$('.field')).boundingBox();
  const middle = box.y + box.height / 3;
  await page.mouse.move(box.x + 0.3 * box.width, middle);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.5 * box.width, middle, { steps: 4 });
  await page.mouse.move(box.x + 0.7 * box.width, middle, { steps: 4 });
  await page.mouse.up();
  await settled(page);
  const [from, to] = await rangeOf(page);
  assert.ok(from >= 0 && from < to && to < run.moments.length && (from > 0 || to < run.moments.length - 1));
  const [start, end] = [numbersAt(run, from), numbersAt(run, to)];
  const rows = await page.$$eval('.table tbody tr', (nodes) => nodes.map((row) => [
    Number(row.querySelector('[data-line]').dataset.line), ...[...row.querySelectorAll('td')].map((cell) => cell.title)]));
  assert.ok(rows.length > 0);
  for (const [line, live, , diff, churn] of rows) {
    assert.equal(bytesOf(live), end[line][0]);
    assert.equal(bytesOf(diff), end[line][0] - start[line][0]);
    assert.equal(bytesOf(churn), end[line][2] - start[line][2]);
  }
  const stride = String(run.moments[to].stride).replace(/\B(?=(\d{3})+$)/g, ' ');
  assert.ok((await text(page, '#range')).endsWith(`to ${stride}`));
  await page.click('#whole');
  await settled(page);
  assert.deepEqual(await rangeOf(page), [0, run.moments.length - 1]);
  // a click that is no drag leaves the range, and chooses what is under it
  const now = await (await page.$('.field')).boundingBox();
  await page.mouse.click(now.x + 0.5 * now.width, now.y + now.height - 3);
  await settled(page);
  assert.deepEqual(await rangeOf(page), [0, run.moments.length - 1]);
  assert.match(await text(page, '#detail .kind'), /Element|Owner/);
  return page;
}

/** The range moves by keys. */
export async function rangeByKeys({ run, open, settled }) {
  const page = await open();
  const last = run.moments.length - 1;
  await page.focus('.handle.from');
  await press(page, settled, 'ArrowRight');
  assert.deepEqual(await rangeOf(page), [1, last]);
  await press(page, settled, 'End');
  assert.deepEqual(await rangeOf(page), [last - 1, last]);
  await press(page, settled, 'Home', 'PageUp');
  assert.ok((await rangeOf(page))[0] >= 1);
  await page.focus('.handle.to');
  await press(page, settled, 'ArrowLeft');
  assert.equal((await rangeOf(page))[1], last - 1);
  const said = await page.$eval('.handle.to', (node) => node.getAttribute('aria-valuetext'));
  assert.match(said, /s, stride/);
  await press(page, settled, 'r');
  assert.deepEqual(await rangeOf(page), [0, last]);
  await press(page, settled, ']', '{');
  assert.deepEqual(await rangeOf(page), [1, last - 1]);
  return page;
}

/** The search leaves the lines that have all words. */
export async function search({ run, open, settled }) {
  const page = await open();
  const all = await text(page, '#lines-hint');
  const line = run.lines.find((candidate) => candidate.text !== '' && candidate.file !== null);
  const words = [line.file.split('/').at(-1), run.owners[line.owner].name];
  await page.keyboard.press('/');
  await page.keyboard.type(words.join(' ').toUpperCase());
  await settled(page);
  const found = await page.$$eval('.table [data-line]', (nodes) => nodes.map((node) => Number(node.dataset.line)));
  assert.ok(found.length > 0);
  for (const index of found) {
    assert.equal(run.lines[index].file?.endsWith(words[0]), true);
    assert.equal(run.owners[run.lines[index].owner].name.includes(words[1]), true);
  }
  assert.match(await text(page, '#lines-hint'), / of /);
  await page.keyboard.type(' no-such-word');
  await settled(page);
  assert.equal((await page.$$('.table [data-line]')).length, 0);
  assert.match(await text(page, '.further'), /No line has all of these words/);
  await press(page, settled, 'Escape');
  assert.equal(await text(page, '#lines-hint'), all);
  return page;
}

/** Each column sorts, by pointer and by keys. */
export async function sort({ open, settled }) {
  const page = await open();
  const column = async (at) => (await page.$$eval(`.table tbody td:nth-of-type(${at})`,
    (nodes) => nodes.map((node) => node.title || node.textContent)));
  for (const [key, at] of [['live', 1], ['diff', 3], ['churn', 4]]) {
    await page.focus(`th[data-key=${key}] button`);
    await press(page, settled, 'Enter');
    const state = () => page.$eval(`th[data-key=${key}]`, (node) => node.getAttribute('aria-sort'));
    if ((await state()) !== 'descending') await press(page, settled, 'Enter');
    assert.equal(await state(), 'descending');
    const down = (await column(at)).map(bytesOf);
    assert.deepEqual(down, down.toSorted((a, b) => b - a), key);
    await page.click(`th[data-key=${key}] button`);
    await settled(page);
    assert.equal(await state(), 'ascending');
    const up = (await column(at)).map(bytesOf);
    assert.deepEqual(up, up.toSorted((a, b) => a - b), key);
  }
  await page.click('th[data-key=place] button');
  await settled(page);
  assert.equal(await page.$eval('th[data-key=place]', (node) => node.getAttribute('aria-sort')), 'ascending');
  return page;
}

/** A click anywhere goes to the text of a line. */
export async function clicks({ run, open, settled }) {
  const page = await open();
  const named = (await page.$$('.bar.level1'))[0];
  const title = (await named.evaluate((node) => node.title)).split('\n')[0];
  await named.click();
  await settled(page);
  assert.equal(await text(page, '#detail h2'), title);
  assert.ok((await text(page, '#crumbs')).includes(title));
  assert.equal((await page.$$('.bar.level1')).length, 1);
  const line = await page.$('.bar.level3[aria-label]:not(.others)');
  const path = await line.evaluate((node) => node.dataset.path);
  await line.click();
  await settled(page);
  const index = Number(path.match(/line(\d+)$/)[1]);
  await isShown(page, run, index);
  await page.click('#crumbs button');
  await settled(page);
  assert.ok((await page.$$('.bar.level1')).length > 1);
  // a row of the table
  const row = await page.$('.table tbody tr:last-child');
  const last = await row.evaluate((node) => Number(node.querySelector('[data-line]').dataset.line));
  await row.click();
  await settled(page);
  await isShown(page, run, last);
  // a box of the graph, and an element's name beside the curve
  const box = await page.$('[data-element]');
  await box.click();
  await settled(page);
  assert.equal(await text(page, '#detail h2'), run.elements[0].name);
  await page.click('.band-name');
  await settled(page);
  assert.equal(await text(page, '#detail .kind') === 'Element' || await text(page, '#detail .kind') === 'Owner', true);
  return page;
}

async function isShown(page, run, index) {
  const { file, line, text: statement } = run.lines[index];
  const heading = await text(page, '#detail h2');
  assert.equal(heading, file === null ? 'outside of marked lines' : `${file}:${line}`);
  if (statement !== '' && file !== null) {
    const rows = await texts(page, '#detail .statement bdi');
    assert.equal(rows.join('\n'), statement.split('\n').map((row) => row.trim()).join('\n'));
  }
}

/** Light and dark, by the system and by the switch; texts have contrast in both. */
export async function schemes({ open, settled }) {
  const pages = [];
  const seen = [];
  for (const scheme of ['light', 'dark']) {
    const page = await open({ scheme });
    pages.push(page);
    const colours = () => page.evaluate(() => {
      const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      const rgb = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
      };
      const behind = (node) => {
        for (let at = node; at; at = at.parentElement) {
          const { backgroundColor } = getComputedStyle(at);
          if (!/, 0\)$|^transparent$/.test(backgroundColor)) return rgb(backgroundColor);
        }
        return [255, 255, 255];
      };
      return [...document.querySelectorAll('main :is(h1, h2, h3, p, dt, dd, button, b, td, th, code, .badge, .hint, .name, .amount)')]
        .filter((node) => node.checkVisibility() && node.textContent.trim() !== '')
        .map((node) => [node.textContent.trim().slice(0, 40), rgb(getComputedStyle(node).color), behind(node)]);
    });
    const light = ([r, g, b]) => {
      const part = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    for (const [words, colour, back] of await colours()) {
      assert.ok(contrast(colour, back) >= 4.5, `${scheme}: ${words}: ${colour} on ${back} has ${contrast(colour, back)}`);
    }
    const back = () => page.$eval('body', (node) => getComputedStyle(node).backgroundColor);
    const first = await back();
    seen.push(first);
    await page.click('#theme-button');
    await settled(page);
    assert.notEqual(await back(), first);
    await press(page, settled, 't');
    assert.equal(await back(), first);
  }
  assert.notEqual(seen[0], seen[1]);
  return pages;
}

/** 400 pixels are enough: nothing is cut off, the detail comes and goes, targets are large. */
export async function narrow({ run, open, settled }) {
  const page = await open({ width: 400, height: 800 });
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.equal(await overflow(), 0);
  const isOpen = () => page.$eval('#detail', (node) => node.checkVisibility());
  assert.equal(await isOpen(), false);
  await page.click('.table [data-line]');
  await settled(page);
  assert.equal(await isOpen(), true);
  assert.equal(await overflow(), 0);
  await page.click('#detail .close');
  await settled(page);
  assert.equal(await isOpen(), false);
  for (const button of await page.$$('#measures label, .band-name, #help-button, #theme-button')) {
    const { width, height } = await button.boundingBox();
    assert.ok(width >= 24 && height >= 24, `${await button.evaluate((node) => node.textContent)}: ${width} x ${height}`);
  }
  assert.ok((await page.$$('[data-element]')).length === run.elements.length);
  return page;
}

/** By the keyboard alone: to the worst line and its text, through all views. */
export async function keyboard({ run, open, settled }) {
  const page = await open({ motion: 'no-preference' });
  const focused = () => page.evaluate(() => {
    const node = document.activeElement;
    const style = getComputedStyle(node);
    const part = (name) => getComputedStyle(node, name);
    const inner = node.querySelector?.('.ring') ?? node.nextElementSibling ?? node;
    return {
      tag: node.tagName,
      name: node.getAttribute('aria-label') ?? node.title ?? '',
      words: node.textContent?.trim() || node.labels?.[0]?.textContent || node.getAttribute('aria-label') || node.title || node.placeholder || '',
      inside: ['chart', 'measures', 'icicle', 'found', 'graph', 'table', 'detail'].find((id) => node.closest?.(`#${id}`)) ?? '',
      isSeen: style.outlineStyle !== 'none' || part('::after').boxShadow !== 'none'
        || getComputedStyle(inner).outlineStyle !== 'none' || getComputedStyle(inner).strokeWidth === '3px',
    };
  });
  const visited = new Set();
  let steps = 0;
  for (; steps < 400; steps += 1) {
    await page.keyboard.press('Tab');
    const now = await focused();
    if (now.tag === 'BODY') break;
    assert.ok(now.words !== '', `a control without a name: ${JSON.stringify(now)}`);
    assert.ok(now.isSeen, `the focus is not seen: ${JSON.stringify(now)}`);
    if (now.inside) visited.add(now.inside);
  }
  assert.ok(steps < 400, 'Tab comes to an end');
  const wanted = ['chart', 'measures', 'icicle', 'graph', 'table', 'detail'];
  assert.deepEqual(wanted.filter((id) => !visited.has(id)), []);
  // the bars: down to a line, and its text
  await page.focus('#icicle [tabindex="0"]');
  await press(page, settled, 'ArrowRight', 'ArrowRight');
  const path = await page.evaluate(() => document.activeElement.dataset.path);
  assert.match(path, /line\d+$/);
  await press(page, settled, 'Enter');
  await isShown(page, run, Number(path.match(/line(\d+)$/)[1]));
  await press(page, settled, 'ArrowLeft', 'ArrowLeft', 'Enter');
  assert.equal((await page.$$('.bar.level1')).length, 1);
  await press(page, settled, 'Escape');
  assert.ok((await page.$$('.bar.level1')).length > 1);
  // the table
  await press(page, settled, '/', 'ArrowDown', 'ArrowDown', 'Enter');
  const line = await page.evaluate(() => Number(document.activeElement.dataset.line));
  await isShown(page, run, line);
  // the graph
  await press(page, settled, 'g', 'ArrowRight', 'Enter');
  assert.match(await text(page, '#detail .kind'), /Element/);
  // measures and help
  await press(page, settled, '3');
  assert.equal(await page.$eval('#measures [value=churn]', (node) => node.checked), true);
  await press(page, settled, '?');
  assert.equal(await page.$eval('#help', (node) => node.open), true);
  await press(page, settled, 'Escape');
  assert.equal(await page.$eval('#help', (node) => node.open), false);
  return page;
}

/** No text of a run acts, and each is there to be read: in a run that was recorded, and in one that nobody could. */
export async function hostile({ open, withRun, made, settled }) {
  const pages = [await open(), await withRun(made.hostile())];
  for (const page of pages) {
    await isHarmless(page);
    // through all views and choices
    for (const selector of ['.bar', '[data-element]', '.table [data-line]', '.band-name', '.finding .link', '#measures input']) {
      const count = (await page.$$(selector)).length;
      for (let at = 0; at < Math.min(count, 60); at += 1) {
        await page.$$eval(selector, (nodes, index) => nodes[index]?.dispatchEvent(new MouseEvent('click', { bubbles: true })), at);
        await settled(page);
        await page.evaluate(() => document.querySelector('#crumbs button')?.click());
      }
    }
    await isHarmless(page);
  }
  assert.ok((await text(pages[1], 'body')).includes('</script><script>window.acted = 1</script>'));
  return pages;
}

async function isHarmless(page) {
  const foreign = 'img, iframe, object, embed, link, audio, video, base, form:not([method=dialog]), [onload], [onerror], '
    + '[href^="javascript"], [src]';
  const state = await page.evaluate((selector) => ({
    acted: window.acted,
    scripts: document.scripts.length,
    foreign: document.querySelectorAll(selector).length,
    words: document.body.innerText,
  }), foreign);
  assert.deepEqual([state.acted, state.scripts, state.foreign], [undefined, 2, 0]);
  assert.ok(!/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069]/.test(state.words));
}

/** The policy keeps out what is not ours, even if it got into the document. */
export async function policy({ open }) {
  const page = await open();
  const kept = await page.evaluate(async () => {
    const broken = [];
    document.addEventListener('securitypolicyviolation', (event) => broken.push(event.effectiveDirective));
    const add = (tag, set) => document.body.append(Object.assign(document.createElement(tag), set));
    add('script', { textContent: 'window.acted = 1' });
    add('img', { src: 'https://example.invalid/x.png' });
    add('link', { rel: 'stylesheet', href: 'https://example.invalid/x.css' });
    add('style', { textContent: 'body { display: none }' });
    add('iframe', { src: 'https://example.invalid/' });
    await fetch('https://example.invalid/').catch(() => {});
    await new Promise((done) => setTimeout(done, 300));
    return { broken, acted: window.acted, display: getComputedStyle(document.body).display };
  });
  assert.equal(kept.acted, undefined);
  assert.notEqual(kept.display, 'none');
  for (const directive of ['script-src-elem', 'img-src', 'style-src-elem', 'frame-src', 'connect-src']) {
    assert.ok(kept.broken.includes(directive), `${directive}: ${kept.broken}`);
  }
  const requests = page.mistakes.filter((mistake) => mistake.startsWith('request'));
  assert.deepEqual(requests, []);
  // the console has the violations that this check provoked
  page.mistakes.length = 0;
  return page;
}

/** Runs without moments, with one, with circles and errors, are shown sensibly. */
export async function unusual({ withRun, made }) {
  const empty = await withRun(made.empty());
  assert.equal(await text(empty, '#verdict h1'), '?Nothing was recorded');
  const single = await withRun(made.single());
  assert.match(await text(single, '#verdict h1'), /Too early to tell after 1 stride$/);
  assert.equal(await single.$eval('.handle', (node) => node.checkVisibility()), false);
  const odd = await withRun(made.odd());
  const notices = (await texts(odd, '.notice')).join('\n');
  assert.match(notices, /Error at stride 201: the disk is full/);
  assert.match(notices, /could not be read to its end: record 6 ends early/);
  assert.match(notices, /All numbers are estimates/);
  assert.equal((await odd.$$('[data-element]')).length, 12);
  return [empty, single, odd];
}

/** A hundred elements with a thousand lines at three hundred moments. */
export async function large({ withRun, made, settled }) {
  const run = made.large();
  const page = await withRun(run);
  assert.equal((await page.$$('[data-element]')).length, 100);
  assert.equal(await text(page, '#lines-hint'), '1 000 lines');
  await page.click('.further button');
  await settled(page);
  assert.ok((await page.$$('.table [data-line]')).length > 100);
  const boxes = await page.$$eval('.box .back', (nodes) => nodes.map((node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    return [left, right, top, bottom];
  }));
  const overlap = (a, b) => a[0] < b[1] && b[0] < a[1] && a[2] < b[3] && b[2] < a[3];
  assert.ok(!boxes.some((a, at) => boxes.slice(at + 1).some((b) => overlap(a, b))), 'no box covers another');
  return page;
}

/** Nothing moves for those who asked for that, and paper has all that matters. */
export async function calm({ open, settled }) {
  const page = await open();
  await page.click('.bar.level1');
  await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  await page.emulateMediaType('print');
  await settled(page);
  const seen = await page.evaluate(() => ['#verdict', '#chart', '#icicle', '#found', '#graph', '#table', '#detail']
    .filter((id) => !document.querySelector(id).checkVisibility()));
  assert.deepEqual(seen, []);
  assert.ok((await page.pdf()).length > 10000);
  return page;
}
