-- Starts the server for Dockerfiles in any Neovim from 0.7 on. From 0.11 on, `vim.lsp.enable("layerwise")` alone does.
local M = {}

--- What stands in `lsp/layerwise.lua`: the one place that knows how the server is started.
function M.defaults()
  local path = vim.api.nvim_get_runtime_file("lsp/layerwise.lua", false)[1]
  return path and dofile(path) or error("lsp/layerwise.lua is not on the runtime path")
end

-- The folder that the settings hold for: the nearest one upwards that has one of the markers, else the file's own.
local function root_of(buffer, markers)
  local folder = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ":p:h")
  local ancestor = folder
  while true do
    for _, marker in ipairs(markers) do
      if (vim.loop or vim.uv).fs_stat(ancestor .. "/" .. marker) then
        return ancestor
      end
    end
    local above = vim.fn.fnamemodify(ancestor, ":h")
    if above == ancestor then
      return folder
    end
    ancestor = above
  end
end

-- The clients by their root, where Neovim does not keep count itself (0.7).
local clients = {}

local function start(buffer, config)
  local root = root_of(buffer, config.root_markers)
  local client = vim.tbl_extend("force", config, { name = "layerwise", root_dir = root })
  if vim.lsp.start then
    vim.api.nvim_buf_call(buffer, function()
      vim.lsp.start(client)
    end)
    return
  end
  local id = clients[root]
  if not id or not vim.lsp.get_client_by_id(id) then
    id = vim.lsp.start_client(client)
    clients[root] = id
  end
  if id then
    vim.lsp.buf_attach_client(buffer, id)
  end
end

--- Starts the server whenever a Dockerfile is opened.
---@param options table? what differs from `lsp/layerwise.lua`, as `vim.lsp.config` takes it
function M.setup(options)
  if vim.lsp.config and vim.lsp.enable then
    vim.lsp.config("layerwise", options or {})
    vim.lsp.enable("layerwise")
    return
  end
  local config = vim.tbl_deep_extend("force", M.defaults(), options or {})
  local group = vim.api.nvim_create_augroup("layerwise", { clear = true })
  vim.api.nvim_create_autocmd("FileType", {
    group = group,
    pattern = config.filetypes,
    callback = function(event)
      start(event.buf, config)
    end,
  })
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.tbl_contains(config.filetypes, vim.bo[buffer].filetype) then
      start(buffer, config)
    end
  end
end

return M
