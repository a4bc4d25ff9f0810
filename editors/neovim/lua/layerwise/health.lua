-- `:checkhealth layerwise`
local M = {}

-- The functions have other names before Neovim 0.10.
local health = vim.health or require("health")
local function say(kind, ...)
  (health[kind] or health["report_" .. kind])(...)
end

local function check_command(command)
  local path = vim.fn.exepath(command)
  if path == "" then
    say("error", "`" .. command .. "` is not on the PATH of Neovim", {
      "Install Layerwise, or name the binary: vim.lsp.config('layerwise', { cmd = { '/path/to/layerwise', 'lsp' } })",
    })
    return
  end
  local version = vim.fn.trim(vim.fn.system({ path, "--version" }))
  if vim.v.shell_error ~= 0 then
    say("error", "`" .. path .. " --version` fails: " .. version)
  else
    say("ok", version .. " (" .. path .. ")")
  end
end

local function check_clients()
  local clients = (vim.lsp.get_clients or vim.lsp.get_active_clients)()
  local running = vim.tbl_filter(function(client)
    return client.name == "layerwise"
  end, clients)
  if #running == 0 then
    say("info", "The server is not running; it starts when a Dockerfile is opened")
  end
  for _, client in ipairs(running) do
    local root = client.config.root_dir or "no folder"
    say("ok", "The server is running as client " .. client.id .. " for " .. root)
  end
end

local function check_highlighting()
  local parser = vim.api.nvim_get_runtime_file("parser/dockerfile.*", false)[1]
  if not parser then
    say("info", "No tree-sitter parser for Dockerfiles; the server highlights them all the same")
    return
  end
  local queries = vim.api.nvim_get_runtime_file("queries/dockerfile/highlights.scm", false)[1]
  say("ok", "Tree-sitter parser " .. parser .. ", highlights " .. (queries or "none"))
end

function M.check()
  say("start", "Layerwise")
  local config = vim.lsp.config and vim.lsp.config.layerwise or require("layerwise").defaults()
  check_command(config.cmd[1])
  check_clients()
  check_highlighting()
end

return M
