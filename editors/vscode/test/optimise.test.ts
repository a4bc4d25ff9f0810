// The command "Optimise This Stage", with the answers that a server may give.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { CHANGED, NO_DOCKERFILE, NOTHING, OPTIMISE, optimiseStage } from '../src/optimise';
import { answers, calls, window } from './vscode';

const document = { uri: 'file:///Dockerfile', languageId: 'dockerfile', version: 1 };
const action = { kind: { value: OPTIMISE }, edit: 'the edit' };

beforeEach(() => {
    calls.length = 0;
    document.version = 1;
    Object.assign(answers, { actions: [action], applies: true, typed: undefined });
    window.activeTextEditor = { document, selection: { active: 'the cursor' } };
});

test('the server is asked at the cursor, for an edit, and that is applied', async () => {
    await optimiseStage();
    const [asked, applied] = calls;
    const place = { start: 'the cursor', end: 'the cursor' };
    assert.deepEqual(asked.slice(0, 3), ['command', 'vscode.executeCodeActionProvider', document.uri]);
    assert.deepEqual({ ...(asked[3] as object) }, place);
    assert.deepEqual(asked.slice(4), [OPTIMISE, 1]);
    assert.deepEqual(applied, ['edit', 'the edit']);
    assert.equal(calls.length, 2);
});

test('a stage that is as it should be is said to be so', async () => {
    for (const actions of [undefined, [], [{ kind: { value: 'refactor.rewrite' }, edit: 'of another' }]]) {
        calls.length = 0;
        answers.actions = actions;
        await optimiseStage();
        assert.deepEqual(calls.slice(1), [['information', NOTHING]]);
    }
});

test('without a Dockerfile the server is not asked', async () => {
    for (const editor of [undefined, { document: { ...document, languageId: 'yaml' } }]) {
        calls.length = 0;
        window.activeTextEditor = editor;
        await optimiseStage();
        assert.deepEqual(calls, [['information', NO_DOCKERFILE]]);
    }
});

test('what was typed meanwhile is not overwritten', async () => {
    answers.typed = () => (document.version += 1);
    await optimiseStage();
    assert.deepEqual(calls.slice(1), [['warning', CHANGED]]);
    answers.typed = undefined;
    answers.applies = false;
    calls.length = 0;
    await optimiseStage();
    assert.deepEqual(calls.slice(1), [['edit', 'the edit'], ['warning', CHANGED]]);
});
