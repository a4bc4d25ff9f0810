// Run by vscode.sh: drives VS Code through its page as a user does, and asserts on what the page shows.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { FILE, SHOTS, PORT, CHROMIUM, PLAYWRIGHT, WAIT } = process.env;
const { chromium } = createRequire(PLAYWRIGHT)('playwright-core');
// The first start of VS Code is slow.
const timeout = Math.max(Number(WAIT), 60) * 1000;

const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const page = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
page.setDefaultTimeout(timeout);

const shot = (name) => page.screenshot({ path: `${SHOTS}/vscode-${name}.png` });

/** Polls here, not in the page, and gives the first true answer. */
async function until(what, predicate) {
    for (const end = Date.now() + timeout; Date.now() < end; await page.waitForTimeout(100)) {
        const answer = await predicate();
        if (answer) {
            return answer;
        }
    }
    throw new Error(`${what} was not seen`);
}

const texts = (selector) =>
    page.$$eval(selector, (all) => all.filter((one) => one.offsetParent).map((one) => one.textContent.replace(/\u00a0/g, ' ').trim()));

const problems = async () => (await texts('.markers-panel .monaco-list-row')).filter((row) => row.includes('layerwise'));

const lines = () =>
    page.$$eval('.monaco-editor .view-line', (all) =>
        all
            .sort((left, right) => left.getBoundingClientRect().top - right.getBoundingClientRect().top)
            .map((line) => line.textContent.replace(/\u00a0/g, ' ')),
    );

/** The middle of a word in the editor. */
async function place(word) {
    return until(`the word ${word}`, async () => {
        const box = await page.locator('.view-line span span', { hasText: word }).first().boundingBox();
        return box && { x: box.x + 10, y: box.y + box.height / 2 };
    });
}

async function command(title) {
    await page.keyboard.press('F1');
    await page.waitForSelector('.quick-input-widget input');
    await page.keyboard.type(title);
    await until(`the command ${title}`, async () => (await texts('.quick-input-list .monaco-list-row')).some((row) => row.includes(title)));
    await page.keyboard.press('Enter');
}

const FIX = 'Delete the package lists in this layer';
const MESSAGE = 'leaves the package lists in this layer';

try {
    console.log('chromium', browser.version());
    const folder = FILE.replace(/\/[^/]*$/, '');
    const payload = JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${PORT}${FILE}`]]);
    await page.goto(`http://127.0.0.1:${PORT}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(payload)}`, {
        waitUntil: 'domcontentloaded',
    });
    await page.waitForSelector('.monaco-editor .view-line');
    await page.waitForSelector('[class*="squiggly-"]', { state: 'attached' });
    await page.keyboard.press('Control+Shift+M');
    await until('the finding', async () => (await problems()).some((row) => row.includes(MESSAGE)));
    const before = (await problems()).length;
    console.log('problems', await problems());
    await shot('1-problems');

    const from = await place('FROM');
    const hover = await until('the hover on FROM', async () => {
        await page.mouse.move(from.x - 4, from.y);
        await page.mouse.move(from.x + 4, from.y, { steps: 4 });
        await page.waitForTimeout(400);
        return (await texts('.monaco-hover')).find((text) => text.includes('Begins a build stage'));
    });
    console.log('hover', hover.slice(0, 80));
    await shot('2-hover');
    await page.keyboard.press('Escape');

    // A row of the panel, opened, puts the cursor on its finding.
    const row = page.locator('.markers-panel .monaco-list-row', { hasText: MESSAGE });
    await row.dblclick();
    await until('the focus of the editor', () => page.$('.monaco-editor.focused .view-line'));
    await until('the light bulb', () => page.$('[class*="codicon-lightbulb"], [class*="codicon-gutter-lightbulb"]'));
    await page.keyboard.press('Control+.');
    await page.waitForSelector('.action-widget .monaco-list-row.action');
    console.log('actions', await texts('.action-widget .monaco-list-row.action'));
    await shot('3-actions');
    await page.locator('.action-widget .monaco-list-row.action', { hasText: FIX }).first().click();
    await until('the fix in the text', async () => (await lines()).some((line) => line.endsWith('&& rm -rf /var/lib/apt/lists/*')));
    await until('the end of the finding', async () => {
        const rows = await problems();
        return rows.length < before && !rows.some((row) => row.includes(MESSAGE));
    });
    await shot('4-fixed');
    console.log('fixed, and the finding is gone');

    // Typed text has its inlay hint: the value of a variable.
    await page.keyboard.press('Control+End');
    await page.keyboard.type('\nARG VERSION=22\nLABEL version=$VERSION\n', { delay: 20 });
    const hint = await until('the inlay hint', async () => (await lines()).find((line) => /\$VERSION.*22/.test(line)));
    console.log('inlay hint:', hint);
    await shot('5-hints');

    await page.hover('[id="status.languageStatus"]');
    const status = await until('the build context', async () => (await texts('.hover-language-status')).find((text) => text.startsWith('projectbuild context, as a guess')));
    console.log('status:', status);
    await shot('6-status');
    await page.mouse.move(600, 400);

    await command('Layerwise: Explain a Rule');
    const picks = () => texts('.quick-input-list .monaco-list-row');
    await until('the list of rules', async () => (await picks()).some((row) => row.includes('add-instead-of-copy')));
    await page.keyboard.type('apt-lists-kept');
    await until('the rule', async () => (await picks()).some((row) => row.includes('apt-lists-kept')));
    await shot('7-rules');
    await page.keyboard.press('Enter');
    await until('the page of the rule', async () => (await texts('.tab')).some((tab) => tab.includes('apt-lists-kept')));
    await page.waitForTimeout(1500);
    await shot('8-explained');

    await page.keyboard.press('Control+W');
    await command('Layerwise: Restart the Server');
    await page.keyboard.press('Control+1');
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('FRM x\n', { delay: 20 });
    await until('a finding after the restart', async () => (await problems()).some((row) => row.includes('`FRM` is no instruction')));
    console.log('restarted');
    await shot('9-restarted');

    await page.keyboard.press('Control+S');
    await until('the saved file', () => readFileSync(FILE, 'utf8').includes('/var/lib/apt/lists/*'));
} catch (error) {
    console.log('FAIL', error.message);
    await shot('fail').catch(() => {});
    process.exitCode = 1;
} finally {
    await browser.close();
}
