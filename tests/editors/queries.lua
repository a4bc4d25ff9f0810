-- Run inside Neovim by queries.sh. The exit status is 0 where every query loads and gives what it is for.
local text = {
  "FROM a AS b",
  "RUN echo a && \\",
  "    # why",
  "    echo b",
  "RUN <<EOF",
  "set -e",
  "if a; then b; fi",
  "EOF",
  "ARG V=1",
}

local function check(language)
  for _, name in ipairs({ "folds", "highlights", "indents", "injections", "locals", "tags", "textobjects" }) do
    assert(vim.treesitter.query.get(language, name), "no " .. name .. " for " .. language)
  end
  local parser = vim.treesitter.get_parser(0, language)
  parser:parse(true)
  local shell = parser:children().bash
  assert(shell, "no shell text is found by " .. language)
  local scripts = vim.tbl_count(shell:trees())
  assert(scripts == 2, language .. " finds " .. scripts .. " scripts, not 2")
  for _, tree in pairs(shell:trees()) do
    assert(not tree:root():has_error(), language .. " gives shell text that cannot be read")
  end
  vim.treesitter.start(0, language)
  local found = {}
  for line, column in pairs({ [0] = 0, [1] = 0, [7] = 0, [8] = 4 }) do
    local captures = vim.treesitter.get_captures_at_pos(0, line, column)
    found[line] = captures[#captures] and captures[#captures].capture
  end
  vim.treesitter.stop(0)
  local expected = { [0] = "keyword", [1] = "keyword", [7] = "label", [8] = "variable.parameter" }
  assert(vim.deep_equal(found, expected), language .. " highlights as " .. vim.inspect(found))
  io.stdout:write(language, ": every query loads, 2 scripts, highlights as expected\n")
end

local function run()
  vim.opt.runtimepath:prepend(os.getenv("ROOT"))
  vim.opt.runtimepath:prepend(os.getenv("WORK"))
  vim.api.nvim_buf_set_lines(0, 0, -1, false, text)
  check("dockerfile")
  check("containerfile")
end

local ok, problem = pcall(run)
if not ok then
  io.stdout:write("FAIL ", tostring(problem), "\n")
end
vim.cmd(ok and "qall!" or "cquit 1")
