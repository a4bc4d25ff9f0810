; How new lines are indented, on the grammar tree-sitter-dockerfile, as Neovim and Helix have it: a step in the lines that continue an
; instruction, and nothing of ours inside a heredoc. `indent` is for Helix, the others for Neovim.

[
  (add_instruction)
  (arg_instruction)
  (cmd_instruction)
  (copy_instruction)
  (entrypoint_instruction)
  (env_instruction)
  (expose_instruction)
  (healthcheck_instruction)
  (label_instruction)
  (run_instruction)
  (volume_instruction)
] @indent @indent.begin

(heredoc_block) @indent.auto

(heredoc_end) @indent.zero
