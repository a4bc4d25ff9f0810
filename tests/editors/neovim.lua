-- Run inside Neovim by neovim.sh. The exit status is 0 where every step was seen.
local editors, file = os.getenv("EDITORS"), os.getenv("FILE")
local wait = tonumber(os.getenv("WAIT")) * 1000
local buffer, client

local function say(...)
  io.stdout:write(table.concat({ ... }, " "), "\n")
end

-- The steps run in a coroutine beside the main loop, so that keys are typed as a user types them.
local steps
local function pause(milliseconds)
  vim.defer_fn(function()
    coroutine.resume(steps)
  end, milliseconds)
  coroutine.yield()
end

local function until_true(what, predicate)
  for _ = 1, wait / 20 do
    local answer = predicate()
    if answer then
      return answer
    end
    pause(20)
  end
  error(what .. " was not seen", 0)
end

local function lines()
  return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
end

local function request(method, params)
  local answers = assert(vim.lsp.buf_request_sync(buffer, method, params, wait), "no answer to " .. method)
  for _, answer in pairs(answers) do
    assert(not answer.err and not answer.error, method .. ": " .. vim.inspect(answer))
    return answer.result
  end
end

-- Finding of a rule on a line that counts from 1; nil where there is none.
local function finding(rule, line)
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    local kept = diagnostic.user_data and diagnostic.user_data.lsp or {}
    if (diagnostic.code or kept.code) == rule and diagnostic.lnum + 1 == line then
      return diagnostic
    end
  end
end

-- The diagnostic as the server sent it: 0.10 and later keep it, older ones keep parts of it.
local function as_sent(diagnostic)
  local kept = diagnostic.user_data and diagnostic.user_data.lsp or {}
  if kept.range then
    return kept
  end
  return {
    range = {
      start = { line = diagnostic.lnum, character = diagnostic.col },
      ["end"] = { line = diagnostic.end_lnum, character = diagnostic.end_col },
    },
    message = diagnostic.message,
    severity = diagnostic.severity,
    source = diagnostic.source,
    code = diagnostic.code or kept.code,
    data = kept.data,
  }
end

local function apply_fix(diagnostic, title)
  local sent = as_sent(diagnostic)
  local actions = request("textDocument/codeAction", {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    range = sent.range,
    context = { diagnostics = { sent } },
  })
  for _, action in ipairs(actions or {}) do
    if action.title == title then
      if not action.edit then
        action = request("codeAction/resolve", action)
      end
      vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
      return
    end
  end
  error("no action `" .. title .. "` in " .. vim.inspect(actions), 0)
end

-- Counts the changes of single ranges that are sent, so that a whole-document sync would be seen.
local changes = { ranged = 0, whole = 0 }
local function count_changes()
  local notify = client.notify
  client.notify = function(...)
    for _, argument in pairs({ ... }) do
      for _, change in ipairs(type(argument) == "table" and argument.contentChanges or {}) do
        local kind = change.range and "ranged" or "whole"
        changes[kind] = changes[kind] + 1
      end
    end
    return notify(...)
  end
end

local function attach()
  vim.opt.runtimepath:append(editors .. "/neovim")
  vim.cmd("filetype on")
  local settings = { rules = { ["root-user"] = "off" }, format = { ["on-save"] = true } }
  require("layerwise").setup({ settings = { layerwise = settings } })
  vim.cmd("edit " .. vim.fn.fnameescape(file))
  buffer = vim.api.nvim_get_current_buf()
  until_true("the server in the buffer", function()
    for _, running in pairs((vim.lsp.get_clients or vim.lsp.get_active_clients)()) do
      if running.name == "layerwise" and running.initialized and vim.lsp.buf_is_attached(buffer, running.id) then
        client = running
      end
    end
    return client
  end)
  local root = vim.loop.fs_realpath(client.config.root_dir or vim.fn.fnamemodify(file, ":h"))
  assert(root == vim.loop.fs_realpath(vim.fn.fnamemodify(file, ":h")), "the root is " .. root)
  say("server", client.name, "for", vim.bo[buffer].filetype)
  count_changes()
end

local function check_hover()
  vim.fn.cursor(1, 2)
  local hover = request("textDocument/hover", vim.lsp.util.make_position_params(0, client.offset_encoding))
  local text = hover and vim.inspect(hover.contents) or ""
  assert(text:find("FROM", 1, true), "no hover on FROM: " .. text)
  say("hover on FROM")
end

local function check_fix()
  local diagnostic = until_true("`apt-lists-kept` in line 3", function()
    return finding("apt-lists-kept", 3)
  end)
  say("finding in line 3:", diagnostic.message)
  apply_fix(diagnostic, "Delete the package lists in this layer")
  local expected = "RUN apt-get update && apt-get install -y --no-install-recommends bc && rm -rf /var/lib/apt/lists/*"
  assert(lines()[3] == expected, "line 3 is " .. lines()[3])
  until_true("the end of the finding", function()
    return not finding("apt-lists-kept", 3)
  end)
  say("fixed, and the finding is gone")
end

-- What is typed one key at a time, with words outside of ASCII before it, arrives at the server as it stands in the
-- buffer: else the places of the fix's edits would be wrong.
local function check_typing()
  vim.fn.cursor(3, 1)
  local typed = "O# naïve 😀 café\rRUN apt-get update &&& apt-get install -y --no-install-recommends 'é😀' jq"
  for key in typed:gmatch("[%z\1-\127\194-\244][\128-\191]*") do
    vim.api.nvim_input(key)
    pause(5)
  end
  pause(200)
  vim.api.nvim_input("<Esc>0f&2lx")
  local line = "RUN apt-get update && apt-get install -y --no-install-recommends 'é😀' jq"
  until_true("the typed line", function()
    return lines()[4] == line and vim.api.nvim_get_mode().mode == "n"
  end)
  vim.api.nvim_input("ggddPjddu")
  pause(100)
  assert(lines()[4] == line, "undone wrongly")
  local diagnostic = until_true("`apt-lists-kept` in the typed line", function()
    return finding("apt-lists-kept", 4)
  end)
  apply_fix(diagnostic, "Delete the package lists in this layer")
  assert(lines()[4] == line .. " && rm -rf /var/lib/apt/lists/*", "line 4 is " .. lines()[4])
  until_true("the end of the finding", function()
    return not finding("apt-lists-kept", 4)
  end)
  assert(changes.whole == 0, changes.whole .. " changes sent the whole document")
  assert(changes.ranged > 3, "only " .. changes.ranged .. " changes were sent")
  say("typed, fixed, " .. changes.ranged .. " incremental changes sent")
end

-- Neovim waits for the server before it saves from 0.9 on.
local function check_saving()
  local sync = client.server_capabilities.textDocumentSync
  if not sync.willSaveWaitUntil then
    return say("this Neovim saves without asking")
  end
  local last = #lines()
  vim.api.nvim_buf_set_lines(buffer, last, last, false, { "RUN true && \\", "true" })
  vim.cmd("silent write")
  local saved = vim.fn.readfile(file)
  assert(saved[last + 2] == "    true", "saved as " .. vim.inspect(saved))
  assert(vim.deep_equal(saved, lines()), "the buffer is " .. vim.inspect(lines()))
  say("formatted and saved")
end

-- The findings of a file that is not open, in Neovim from 0.12 on; they follow the file.
local function check_workspace()
  if not vim.lsp.buf.workspace_diagnostics then
    return say("this Neovim does not ask for the findings of the workspace")
  end
  local other = vim.fn.fnamemodify(file, ":h") .. "/other/Dockerfile"
  vim.fn.mkdir(vim.fn.fnamemodify(other, ":h"))
  local function found(text)
    vim.fn.writefile({ text }, other)
    vim.lsp.buf.workspace_diagnostics({ client_id = client.id })
    return function()
      for _, diagnostic in ipairs(vim.diagnostic.get(vim.uri_to_bufnr(vim.uri_from_fname(other)))) do
        if diagnostic.code == "floating-base-tag" then
          return true
        end
      end
    end
  end
  until_true("the finding in the other file", found("FROM debian"))
  assert(not vim.api.nvim_buf_is_loaded(vim.uri_to_bufnr(vim.uri_from_fname(other))), "the other file was opened")
  local has_finding = found("FROM debian:13")
  until_true("the end of the finding in the other file", function()
    return not has_finding()
  end)
  local mine = #vim.diagnostic.get(buffer)
  pause(200)
  assert(#vim.diagnostic.get(buffer) == mine, "the findings of the open file were given twice")
  say("findings of the workspace shown and gone")
end

local function check_health()
  vim.cmd("checkhealth layerwise")
  local report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
  assert(report:find("layerwise %d+%.%d+%.%d+"), "no version in\n" .. report)
  assert(report:find("running as client"), "no client in\n" .. report)
  assert(not report:find("ERROR"), report)
  say("checkhealth: nothing is missing")
end

local function run()
  local version = vim.version()
  say("neovim", version.major .. "." .. version.minor .. "." .. version.patch)
  attach()
  check_hover()
  check_fix()
  check_typing()
  check_saving()
  check_workspace()
  check_health()
end

steps = coroutine.create(function()
  local ok, problem = pcall(run)
  if not ok then
    say("FAIL", tostring(problem))
  end
  vim.cmd(ok and "qall!" or "cquit 1")
end)
coroutine.resume(steps)
