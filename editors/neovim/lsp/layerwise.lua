---@brief
---
--- Layerwise, a language server and linter for Dockerfiles: what makes a layer rebuild, what a layer adds to the
--- image, and how to write the line better.
---
--- It is one binary that needs neither Docker nor a network. Its settings are those of `layerwise.toml`:
---
--- ```lua
--- vim.lsp.config("layerwise", {
---   settings = { layerwise = { extend = { "style" }, rules = { ["consecutive-runs"] = "off" } } },
--- })
--- ```

---@type vim.lsp.Config
return {
  cmd = { "layerwise", "lsp" },
  filetypes = { "dockerfile" },
  root_markers = { "layerwise.toml", ".hadolint.yaml", ".hadolint.yml", ".git" },
  settings = { layerwise = vim.empty_dict() },
}
