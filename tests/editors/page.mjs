// A page with VS Code in it, and how to wait for what it shows. Used by the tests that vscode.sh runs.
import { createRequire } from 'node:module';

const { FILE, SHOTS, PORT, CHROMIUM, PLAYWRIGHT, WAIT } = process.env;
const { chromium } = createRequire(PLAYWRIGHT)('playwright-core');
// The first start of VS Code is slow.
const timeout = Math.max(Number(WAIT), 60) * 1000;

const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const scale = Number(process.env.SCALE ?? 1);
export const page = await (
    await browser.newContext({ viewport: { width: 1280, height: 720 }, deviceScaleFactor: scale })
).newPage();
page.setDefaultTimeout(timeout);

/** Keeps a picture of the page. */
export const shot = (name) => page.screenshot({ path: `${SHOTS}/vscode-${name}.png` });

/** Polls here, not in the page, and gives the first true answer. */
export async function until(what, predicate) {
    for (const end = Date.now() + timeout; Date.now() < end; await page.waitForTimeout(100)) {
        const answer = await predicate();
        if (answer) {
            return answer;
        }
    }
    throw new Error(`${what} was not seen`);
}

/** The texts of all elements that are shown. */
export const texts = (selector) =>
    page.$$eval(selector, (all) =>
        all.filter((one) => one.offsetParent).map((one) => one.textContent.replace(/\u00a0/g, ' ').trim()),
    );

/** The rows of the Problems panel that come from Layerwise. */
export const problems = async () =>
    (await texts('.markers-panel .monaco-list-row')).filter((row) => row.includes('layerwise'));

/** The lines of the editor, with its inlay hints. */
export const lines = () =>
    page.$$eval('.monaco-editor .view-line', (all) =>
        all
            .sort((left, right) => left.getBoundingClientRect().top - right.getBoundingClientRect().top)
            .map((line) => line.textContent.replace(/\u00a0/g, ' ')),
    );

/** The middle of a word in the editor. */
export async function place(word) {
    return until(`the word ${word}`, async () => {
        const box = await page.locator('.view-line span span', { hasText: word }).first().boundingBox();
        return box && { x: box.x + 10, y: box.y + box.height / 2 };
    });
}

/** Types lines, and Enter once nothing is proposed for the word that ends a line. */
export async function typeLines(text, delay) {
    const lines = text.split('\n');
    const last = lines.pop();
    for (const line of lines) {
        await page.keyboard.type(line, { delay });
        await until(`\`${line}\` without a proposal`, async () => !(await texts('.suggest-widget.visible')).length);
        await page.keyboard.press('Enter');
    }
    await page.keyboard.type(last, { delay });
}

/** Runs a command by its title. */
export async function command(title) {
    await page.keyboard.press('F1');
    await page.waitForSelector('.quick-input-widget input');
    await page.keyboard.type(title);
    // The row may hold a key binding as well, and similar commands stand beside it.
    const label = page.locator('.quick-input-list .monaco-list-row .label-name').getByText(title, { exact: true });
    await until(`the command ${title}`, () => label.first().isVisible());
    await label.first().click();
}

/** Opens the file, runs the steps, and ends the browser; a step that fails leaves a picture. */
export async function drive(steps) {
    try {
        console.log('chromium', browser.version());
        const folder = FILE.replace(/\/[^/]*$/, '');
        const payload = JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${PORT}${FILE}`]]);
        const query = `folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(payload)}`;
        await page.goto(`http://127.0.0.1:${PORT}/?${query}`, { waitUntil: 'domcontentloaded' });
        await page.waitForSelector('.monaco-editor .view-line');
        await page.waitForSelector('[class*="squiggly-"]', { state: 'attached' });
        await page.keyboard.press('Control+Shift+M');
        await steps();
    } catch (error) {
        console.log('FAIL', error.message);
        await shot('fail').catch(() => {});
        process.exitCode = 1;
    } finally {
        await browser.close();
    }
}
