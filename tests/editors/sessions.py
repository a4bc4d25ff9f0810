"""Run by sessions.sh: a session with the recorded capabilities of each editor, from opening a file to its fix."""

import asyncio
import os
import pathlib

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

FILE = pathlib.Path(os.environ["FILE"])
URI = FILE.as_uri()
WAIT = float(os.environ["WAIT"])
RULE = "apt-lists-kept"


class Document:
    """The text as an editor holds it. Columns are taken as UTF-16: the text is ASCII."""

    def __init__(self, client):
        self.client, self.text, self.version = client, FILE.read_text(), 1
        item = types.TextDocumentItem(URI, "dockerfile", self.version, self.text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def offset(self, position):
        lines = self.text.splitlines(keepends=True)
        return sum(map(len, lines[: position.line])) + position.character

    def change(self, range, text):
        """Replaces a range, and tells the server of that range alone."""
        start, end = self.offset(range.start), self.offset(range.end)
        self.text = self.text[:start] + text + self.text[end:]
        self.version += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.version, URI),
                [types.TextDocumentContentChangePartial(range=range, text=text)],
            )
        )

    def apply(self, edit):
        edits = list((edit.changes or {}).get(URI, []))
        for change in edit.document_changes or []:
            assert change.text_document.version in (None, self.version), "the edit is for another version"
            edits += change.edits
        assert edits, "an empty edit"
        for one in sorted(edits, key=lambda one: self.offset(one.range.start), reverse=True):
            self.change(one.range, one.new_text)


@pytest_lsp.fixture(
    params=["visual_studio_code", "neovim", "emacs"],
    config=ClientServerConfig(server_command=["layerwise", "lsp"]),
)
async def client(request, lsp_client: LanguageClient):
    # The capabilities promise it, but pytest-lsp refuses it unless told how.
    lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
    root = FILE.parent.as_uri()
    answer = await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(request.param),
            root_uri=root,
            workspace_folders=[types.WorkspaceFolder(root, "project")],
        )
    )
    assert answer.server_info.name == "layerwise"
    yield lsp_client
    await lsp_client.shutdown_session()


async def findings(client, wanted):
    """The findings once `wanted` holds for them, by their rules: asked for, or told, as the client can."""
    pulls = client.capabilities.text_document.diagnostic is not None
    for _ in range(int(WAIT * 20)):
        if pulls:
            params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(URI))
            answer = await asyncio.wait_for(client.text_document_diagnostic_async(params), WAIT)
            found = getattr(answer, "items", [])
        else:
            found = client.diagnostics.get(URI, [])
        found = {diagnostic.code: diagnostic for diagnostic in found}
        if wanted(found):
            return found
        await asyncio.sleep(0.05)
    pytest.fail(f"the findings wanted were not seen, but {list(found)}")


@pytest.mark.asyncio
async def test_a_finding_is_seen_fixed_and_gone(client: LanguageClient):
    document = Document(client)
    finding = (await findings(client, lambda found: RULE in found))[RULE]
    assert finding.range.start.line == 2

    place = types.HoverParams(types.TextDocumentIdentifier(URI), types.Position(0, 1))
    hover = await asyncio.wait_for(client.text_document_hover_async(place), WAIT)
    assert "Begins a build stage" in hover.contents.value

    params = types.CodeActionParams(
        types.TextDocumentIdentifier(URI), finding.range, types.CodeActionContext([finding])
    )
    actions = await asyncio.wait_for(client.text_document_code_action_async(params), WAIT)
    fix = next(action for action in actions if action.is_preferred)
    if fix.edit is None:
        fix = await asyncio.wait_for(client.code_action_resolve_async(fix), WAIT)
    document.apply(fix.edit)
    assert document.text.splitlines()[2].endswith("bc && rm -rf /var/lib/apt/lists/*")
    await findings(client, lambda found: RULE not in found)


@pytest.mark.asyncio
async def test_what_is_typed_is_understood(client: LanguageClient):
    document = Document(client)
    end = types.Position(len(document.text.splitlines()), 0)
    for character in "RUN apt-get update && apt-get install -y nginx\n":
        document.change(types.Range(end, end), character)
        line = document.text.count("\n")
        end = types.Position(line, len(document.text) - document.text.rfind("\n") - 1)
    found = await findings(client, lambda found: "apt-recommends" in found)
    assert found["apt-recommends"].range.start.line == 5
