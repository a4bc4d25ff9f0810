// Run by typing.sh: types a whole Dockerfile, key by key, with Enter at the end of each line. What is proposed meanwhile must
// not change what was typed: a whole word followed by Enter is a word and a new line. Before Enter, as long as the page needs
// is waited for the end of the proposals.
import { readFileSync } from 'node:fs';

import { drive, page, shot, texts, typeLines, until } from './page.mjs';

const TEXT = `# syntax=docker/dockerfile:1
ARG VERSION=22
FROM node:22 AS build
WORKDIR /app
COPY package.json .
RUN npm ci
COPY . .
COPY src/ src/
COPY --chown=node lib/ /app/
ENV PATH=/app/bin:$PATH
EXPOSE 80
EXPOSE 80/tcp
USER node
RUN make
STOPSIGNAL SIGTERM
FROM build
FROM build AS app
WORKDIR /
HEALTHCHECK NONE
FROM alpine
FROM alpine:3.2
FROM alpine:3.20
FROM node:22-slim
COPY --from=build /app /app
RUN apk update
USER root
`;

/** Between two keys, in milliseconds: with the longer pause each key has its answer before the next. */
const PAUSES = (process.env.PAUSES ?? '20 200').split(' ').map(Number);

await drive(async () => {
    await page.locator('.monaco-editor .view-line').first().click();
    for (const delay of PAUSES) {
        await page.keyboard.press('Control+A');
        await page.keyboard.press('Delete');
        await typeLines(TEXT, delay);
        await page.keyboard.press('Control+S');
        const saved = await until('the saved file', () => {
            const text = readFileSync(process.env.FILE, 'utf8');
            return text.includes('USER root\n') && text;
        });
        if (saved !== TEXT) {
            throw new Error(`typed with ${delay} ms between the keys, it became\n${saved}`);
        }
        console.log(`typed with ${delay} ms between the keys`);
        await shot(`typing-${delay}`);
    }

    // What is asked for is shown, whole word or not.
    await page.keyboard.type('FROM alpine:3.20', { delay: 60 });
    await page.waitForTimeout(500);
    if ((await texts('.suggest-widget.visible')).length) {
        throw new Error('a whole word has proposals');
    }
    await page.keyboard.press('Control+Space');
    const shown = await until('what was asked for', async () => {
        const rows = await texts('.suggest-widget.visible .monaco-list-row');
        return rows.length && rows;
    });
    console.log('asked for:', shown);
    await shot('typing-asked');
});
